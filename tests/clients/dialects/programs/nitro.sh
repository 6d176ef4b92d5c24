#!/bin/sh
# A site's program by Nitro's guide: a token for itself and one for a user, kept until a 401 says that it is over.
set -eu

member() { sed -n "s/.*\"$1\": *\"\{0,1\}\([^\",}]*\).*/\1/p"; }

# The Client Id and the Secret Key of an OAuth client; with a user's id the token is 3-legged.
request_token() {
    curl -sS --fail-with-body -X POST "$BASE_URL/oauth/token" \
        --data-urlencode "client_id=$CLIENT_ID" --data-urlencode "client_secret=$CLIENT_SECRET" "$@"
}

# call PATH TOKEN: prints the status, and the answer on the next line.
call() { curl -sS -w '%{http_code}' -o answer -H "Authorization: Bearer $2" "$BASE_URL$1" && echo && cat answer && echo; }

SITE=$(request_token -d scope=global)
USER=$(request_token -d userId="$1")
echo "$USER"
call /groups "$(echo "$SITE" | member access_token)"
call /users/current "$(echo "$USER" | member access_token)"
# Denied: each scope has its own number of legs.
call /groups "$(echo "$USER" | member access_token)"
call /users/current "$(echo "$SITE" | member access_token)"
# A token that is none is answered 401, whereupon a new one is requested.
call /users/current 5a2ccdee047515c1a8
USER=$(request_token -d userId="$1")
call /users/current "$(echo "$USER" | member access_token)"
