#!/bin/sh
# An app by Nexusguard's guide, opened by the portal with xspe and customer_id: user tokens, a refresh, an app token.
set -eu

member() { sed -n "s/.*\"$1\": *\"\{0,1\}\([^\",}]*\).*/\1/p"; }

connect() {
    curl -sS -o answer -w '%{redirect_url}' -G -X GET "$BASE_URL/oauth/connect" \
        --data-urlencode "app_id=$CLIENT_ID" \
        --data-urlencode "redirect_uri=$REDIRECT_URI" \
        -d response_type=code \
        -d scope=install_login \
        --data-urlencode "xspe=$XSPE" \
        -d state="$STATE" \
        -d customer_id="$CUSTOMER_ID"
}

STATE=generated-by-the-app
LOCATION=$(connect)
case "$LOCATION" in "$REDIRECT_URI"*"state=$STATE"*) ;; *) cat answer; exit 1 ;; esac
CODE=$(echo "$LOCATION" | sed -n 's/.*[?&]code=\([^&]*\).*/\1/p')

USER=$(curl -sS -X POST "$BASE_URL/oauth/access_token" -d \
"app_id=$CLIENT_ID&secret=$CLIENT_SECRET&code=$CODE&grant_type=authorization_code")
echo "$USER"
curl -sS "$BASE_URL/api/spe/customer/$CUSTOMER_ID?access_token=$(echo "$USER" | member access_token)" && echo

USER=$(curl -sS -X POST "$BASE_URL/oauth/refresh_token" -d \
"app_id=$CLIENT_ID&refresh_token=$(echo "$USER" | member refresh_token)&grant_type=refresh_code")
echo "$USER"
curl -sS "$BASE_URL/api/spe/customer/$CUSTOMER_ID?access_token=$(echo "$USER" | member access_token)" && echo

APP=$(curl -sS -X POST "$BASE_URL/oauth/credit/token" -d \
"app_id=$CLIENT_ID&secret=$CLIENT_SECRET&grant_type=client_credential")
echo "$APP"
curl -sS "$BASE_URL/api/spe/customers?access_token=$(echo "$APP" | member access_token)" && echo

# What the portal passed works once, and so does a code.
connect > location
cat answer && echo
curl -sS -X POST "$BASE_URL/oauth/access_token" -d \
"app_id=$CLIENT_ID&secret=$CLIENT_SECRET&code=$CODE&grant_type=authorization_code" && echo
