// The contract names the servers that its author knows of. What is tried out here goes to the server that
// this page comes from, whatever its name and port, and whatever stands before the page's path there (a gateway's stage).
fetch("openapi.json")
  .then((response) => response.json())
  .then((spec) => {
    const base = new URL(spec.servers?.[0]?.url ?? "/", location.href);
    const before = location.pathname.replace(/\/docs\/?$/, "");
    spec.servers = [{ url: before + base.pathname, description: "This server" }];
    SwaggerUIBundle({
      spec,
      dom_id: "#swagger-ui",
      deepLinking: true,
      displayRequestDuration: true,
      // No badge from the network.
      validatorUrl: null,
    });
  });
