#!/usr/bin/env bash
# Deploys what `sam build` has built, asks the deployed server everything (`cargo xtask smoke`), and deploys what was
# there before if it does not answer as it should. Ends non-zero then, too.
#
#   aws/deploy.sh STACK ENVIRONMENT
#
# PARAMETERS     further parameters of template.yaml: "CorsAllowOrigins=https://example.com AlarmEmail=me@example.com"
# DEPLOYMENT     how a new version takes over; Canary10Percent5Minutes if not set
# SMOKE_EMAIL    the owner's credentials; without them only what everybody may do is asked
# SMOKE_PASSWORD
# SMOKE_ORIGIN   a web page's origin that may call
#
# Going back is a deployment of the former template, at once: code, settings and the API's definition together. (An alias
# that is pointed back by hand leaves the new definition in front of the old code, and CloudFormation does not know.) Data
# is not touched.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ $# -ne 2 ]; then
    echo "write: aws/deploy.sh STACK ENVIRONMENT" >&2
    exit 2
fi
stack=$1 environment=$2
former=$(mktemp)
trap 'rm -f "$former"' EXIT

# Says it here and, in GitHub Actions, on the run's page.
say() {
    echo "$1"
    if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
        printf '%s\n\n' "$1" >>"$GITHUB_STEP_SUMMARY"
    fi
}

output() {
    aws cloudformation describe-stacks --stack-name "$stack" --output text \
        --query "Stacks[0].Outputs[?OutputKey=='$1'].OutputValue"
}

# The first deployment has nothing before it. What the template names (code, definition) is kept in SAM's bucket.
if ! aws cloudformation get-template --stack-name "$stack" --template-stage Original \
    --query TemplateBody --output text >"$former" 2>"$former.error"; then
    if ! grep -q 'does not exist' "$former.error"; then
        cat "$former.error" >&2
        rm -f "$former.error"
        exit 1
    fi
    : >"$former"
fi
rm -f "$former.error"

read -r -a parameters <<<"${PARAMETERS:-}"
# If this fails, CloudFormation itself goes back: an alarm while the new version takes over is such a failure.
if ! sam deploy --stack-name "$stack" --resolve-s3 --capabilities CAPABILITY_IAM \
    --no-confirm-changeset --no-fail-on-empty-changeset --no-progressbar \
    --parameter-overrides "Environment=$environment" "Deployment=${DEPLOYMENT:-Canary10Percent5Minutes}" \
    "${parameters[@]}"; then
    say "**$stack was not deployed**; CloudFormation has gone back to what was there."
    exit 1
fi

url=$(output ApiUrl)
caller=()
if [ -n "${SMOKE_EMAIL:-}" ] && [ -n "${SMOKE_PASSWORD:-}" ]; then
    caller=(--email "$SMOKE_EMAIL" --password-env SMOKE_PASSWORD)
fi
if [ -n "${SMOKE_ORIGIN:-}" ]; then
    caller+=(--origin "$SMOKE_ORIGIN")
fi
if cargo xtask smoke --url "$url" "${caller[@]}"; then
    say "**$stack is deployed** ($environment): $url"
    exit 0
fi

if [ ! -s "$former" ]; then
    say "**$stack was deployed and fails its smoke test.** It is the first deployment: there is nothing to go back to."
    exit 1
fi
bucket=$(aws cloudformation describe-stacks --stack-name aws-sam-cli-managed-default --output text \
    --query "Stacks[0].Outputs[?OutputKey=='SourceBucket'].OutputValue")
if ! aws cloudformation deploy --stack-name "$stack" --template-file "$former" \
    --s3-bucket "$bucket" --capabilities CAPABILITY_IAM CAPABILITY_AUTO_EXPAND \
    --no-fail-on-empty-changeset --parameter-overrides Deployment=AllAtOnce; then
    say "**$stack fails its smoke test, and going back failed too.** README.md, Operations, says what to do."
    exit 1
fi
say "**$stack failed its smoke test; what was there before is deployed again.**"
exit 1
