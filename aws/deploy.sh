#!/usr/bin/env bash
# Deploys, asks the deployed server everything (client/examples/smoke), and deploys what was there before if it does not
# answer as it should. Ends non-zero then, too.
#
#   aws/deploy.sh build                 makes what is deployed, and the smoke test; needs no credentials
#   aws/deploy.sh STACK ENVIRONMENT     deploys what was made
#
# PARAMETERS     further parameters of template.yaml, separated by blanks or lines, for both commands:
#                "CorsAllowOrigins=https://example.com AlarmEmail=me@example.com". What has no value is written with quotes
#                (RestoredTable=""). One that is not named keeps the value that it has in the stack, except Architecture,
#                which is arm64 then.
# DEPLOYMENT     how a new version takes over; Canary10Percent5Minutes if not set. While an alarm is on, CodeDeploy begins
#                nothing but AllAtOnce.
# SMOKE_EMAIL    an account of the test's own with custom:role=owner: it is signed out everywhere by each test, and its
# SMOKE_PASSWORD password lies with CI. Without them only what everybody may do is asked.
# SMOKE_ORIGIN   a web page's origin that may call
#
# Going back is a deployment of the former template with the former parameters, at once: code, settings and the API's
# definition together. (An alias that is pointed back by hand leaves the new definition in front of the old code, and
# CloudFormation does not know.) Data is not touched.
set -euo pipefail
cd "$(dirname "$0")/.."
binary=.aws-sam/build/Function/bootstrap
smoke=${CARGO_TARGET_DIR:-target}/debug/examples/smoke

usage() {
    echo "write: aws/deploy.sh build, or aws/deploy.sh STACK ENVIRONMENT" >&2
    exit 2
}

# Says it here and, in GitHub Actions, on the run's page.
say() {
    echo "$1"
    if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
        printf '%s\n\n' "$1" >>"$GITHUB_STEP_SUMMARY"
    fi
}

# Something of the stack, as text.
stack() {
    aws cloudformation describe-stacks --stack-name "$stack" --output text --query "Stacks[0].$1"
}

# 0 if the server answers as it should, 1 if it does not; anything else says that the test itself could not be made.
smoke_test() {
    local words=(--url "$url") code=0
    if [ -n "${SMOKE_EMAIL:-}" ] && [ -n "${SMOKE_PASSWORD:-}" ]; then
        words+=(--email "$SMOKE_EMAIL" --password-env SMOKE_PASSWORD)
    fi
    if [ -n "${SMOKE_ORIGIN:-}" ]; then
        words+=(--origin "$SMOKE_ORIGIN")
    fi
    "$smoke" "${words[@]}" "$@" || code=$?
    return $code
}

# Nothing after the last word is no failure.
read -r -d '' -a parameters <<<"${PARAMETERS:-}" || true
# Said each time, so that what is built and what is deployed are the same.
architecture=arm64
for parameter in "${parameters[@]}"; do
    case $parameter in Architecture=*) architecture=${parameter#*=} ;; esac
done

if [ "$*" = build ]; then
    # The same bytes wherever they are built: no folder of this machine in them (cargo xtask reproducible).
    target=${CARGO_TARGET_DIR:-$PWD/target} home=${CARGO_HOME:-$HOME/.cargo}
    export RUSTFLAGS="${RUSTFLAGS:-} --remap-path-prefix=$PWD=/source --remap-path-prefix=$target=/source/target --remap-path-prefix=$home=/cargo"
    # The template's default says what SAM builds for, if nothing else does.
    sam build --parameter-overrides "Architecture=$architecture" "${parameters[@]}"
    cargo build --locked --package portfolio-client --features tls --example smoke
    exit
fi
[ $# -eq 2 ] || usage
stack=$1 environment=$2

if [ ! -f "$binary" ] || [ ! -x "$smoke" ]; then
    echo "$binary or $smoke is missing: write \`aws/deploy.sh build\` first, with the same PARAMETERS" >&2
    exit 1
fi
# ELF's e_machine: EM_X86_64 is 62, EM_AARCH64 is 183.
case $(od -An -tu1 -j18 -N1 "$binary" | tr -d ' ') in
62) built=x86_64 ;;
183) built=arm64 ;;
*) built="something else" ;;
esac
if [ "$built" != "$architecture" ]; then
    echo "$binary is for $built, and Architecture is $architecture: write \`aws/deploy.sh build\` with the same PARAMETERS" >&2
    exit 1
fi

former=$(mktemp -d)
trap 'rm -rf "$former"' EXIT
# The first deployment has nothing before it. What the template names (code, definition) is kept in SAM's bucket.
if status=$(stack StackStatus 2>"$former/error"); then
    # A stack that has a change set and nothing else.
    if [ "$status" != REVIEW_IN_PROGRESS ]; then
        aws cloudformation get-template --stack-name "$stack" --template-stage Original \
            --query TemplateBody --output text >"$former/template"
        # `aws cloudformation deploy` keeps what it is not given as the failed deployment has set it.
        stack 'Parameters[].[ParameterKey,ParameterValue]' >"$former/parameters"
    fi
elif ! grep -q 'does not exist' "$former/error"; then
    cat "$former/error" >&2
    exit 1
fi

# If this fails, CloudFormation itself goes back: an alarm while the new version takes over is such a failure.
if ! sam deploy --stack-name "$stack" --resolve-s3 --capabilities CAPABILITY_IAM \
    --no-confirm-changeset --no-fail-on-empty-changeset --no-progressbar \
    --parameter-overrides "Environment=$environment" "Deployment=${DEPLOYMENT:-Canary10Percent5Minutes}" \
    "Architecture=$architecture" "${parameters[@]}"; then
    status=$(stack StackStatus) || status=unknown
    say "**$stack was not deployed.** The stack's status is $status; what failed stands above."
    case $status in
    ROLLBACK_COMPLETE | ROLLBACK_FAILED)
        say "Its first deployment failed: nothing can be deployed before \`aws cloudformation delete-stack --stack-name $stack\`. The table, the user pool and API Gateway's role for logs are kept even then; aws/README.md, Delete, says how to remove them:"
        say "$(aws cloudformation describe-stack-resources --stack-name "$stack" --output text \
            --query "StackResources[?contains(['Table','UserPool','ApiGatewayRole'],LogicalResourceId)].[LogicalResourceId,PhysicalResourceId]")"
        ;;
    UPDATE_ROLLBACK_FAILED)
        say "CloudFormation could not go back: \`aws cloudformation continue-update-rollback --stack-name $stack\` once the cause is gone."
        ;;
    esac
    exit 1
fi

url=$(stack "Outputs[?OutputKey=='ApiUrl'].OutputValue")
code=0
smoke_test || code=$?
case $code in
0)
    say "**$stack is deployed** ($environment): $url"
    exit 0
    ;;
1) ;;
*)
    say "**$stack is deployed and was not tested**: the smoke test ended with $code before it could judge. It stays as it is: $url"
    exit 1
    ;;
esac

if [ ! -s "$former/template" ]; then
    say "**$stack was deployed and fails its smoke test.** It is the first deployment: there is nothing to go back to."
    exit 1
fi
restored=()
while IFS=$'\t' read -r key value; do
    [ "$key" = Deployment ] || restored+=("$key=$value")
done <"$former/parameters"
# The template is larger than what may be sent without a bucket.
if ! bucket=$(aws cloudformation describe-stacks --stack-name aws-sam-cli-managed-default --output text \
    --query "Stacks[0].Outputs[?OutputKey=='SourceBucket'].OutputValue") ||
    ! aws cloudformation deploy --stack-name "$stack" --template-file "$former/template" \
        --s3-bucket "$bucket" --capabilities CAPABILITY_IAM CAPABILITY_AUTO_EXPAND \
        --no-fail-on-empty-changeset --parameter-overrides Deployment=AllAtOnce "${restored[@]}"; then
    say "**$stack fails its smoke test, and going back failed too.** aws/README.md says what to do."
    exit 1
fi
# Its address may be another with its parameters, and its contract may be older than this one.
url=$(stack "Outputs[?OutputKey=='ApiUrl'].OutputValue")
if smoke_test --contract any; then
    say "**$stack failed its smoke test; what was there before is deployed again** and passes it."
else
    say "**$stack failed its smoke test; what was there before is deployed again and does not pass it either.** Look at $url: the fault may be older, or the test too new for it."
fi
exit 1
