// The script of the setup Job: layout, keys, buckets and permissions through the admin API, in this order, safe to run again.

/** Name of the one zone of the layout. */
const zone = "local";

/** How long the script waits for the server, in seconds. */
const deadlineSeconds = 240;

/**
 * POSIX sh with busybox's tools. It reads GARAGE_HOST, GARAGE_PORT, CAPACITY_BYTES, BUCKETS (separated by spaces),
 * TOKEN_FILE (the admin token) and KEYS_FOLDER (files `<bucket>.id` and `<bucket>.secret`).
 *
 * Requests go through `nc`: wget hides the body of a failed answer, and would show the token on its command line.
 * JSON is written from values that need no escaping (names, hex, numbers) and read by exact key and value pattern.
 */
export const setupScript = `
set -eu
umask 077
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
token=$(cat "$TOKEN_FILE")
deadline=$(( $(date +%s) + ${deadlineSeconds} ))

fail() {
  echo "garage setup: $*" >&2
  exit 1
}

# call METHOD PATH [BODY]: sets status and answer. Standard input of nc stays open, or the server would see a client that left.
call() {
  rm -f "$work/request"
  mkfifo "$work/request"
  exec 3<>"$work/request"
  printf '%s %s HTTP/1.0\\r\\nHost: %s\\r\\nAuthorization: Bearer %s\\r\\nContent-Type: application/json\\r\\nContent-Length: %s\\r\\n\\r\\n%s' \\
    "$1" "$2" "$GARAGE_HOST" "$token" "\${#3}" "$3" >&3
  timeout 30 nc "$GARAGE_HOST" "$GARAGE_PORT" <&3 >"$work/response" 2>"$work/error" || true
  exec 3>&-
  tr -d '\\r' <"$work/response" >"$work/lines"
  status=$(sed -n '1s,^HTTP/[0-9.]* \\([0-9]*\\).*,\\1,p' "$work/lines")
  answer=$(sed '1,/^$/d' "$work/lines" | tr -d '\\n')
  [ -n "$status" ] || answer="no answer: $(cat "$work/error")"
}

must() {
  call "$1" "$2" "\${3-}"
  [ "$status" = 200 ] || fail "$1 $2 answered \${status:-nothing}: $answer"
}

# value KEY PATTERN: the first value of that key in the answer. Never fails: an absent one is empty.
value() {
  printf '%s' "$answer" | tr -d ' \\t' | grep -o "\\"$1\\":$2" | head -n 1 | sed 's/^[^:]*://; s/"//g' || true
}

wait_until() { # PATH KEY PATTERN WHAT
  while :; do
    call GET "$1" ""
    if [ "$status" = 403 ]; then fail "GET $1 answered 403: $answer"; fi
    if [ "$status" = 200 ] && [ -n "$(value "$2" "$3")" ]; then return 0; fi
    [ "$(date +%s)" -lt "$deadline" ] || fail "$4 not within ${deadlineSeconds} s: GET $1 answered \${status:-nothing}: $answer"
    sleep 1
  done
}

wait_until "/v2/GetNodeInfo?node=self" nodeId '"[0-9a-f]\\{64\\}"' "the admin API"
node=$(value nodeId '"[0-9a-f]\\{64\\}"')

# Staging a role that the node already has leaves nothing staged.
must POST /v2/UpdateClusterLayout '{"roles":[{"id":"'"$node"'","zone":"${zone}","capacity":'"$CAPACITY_BYTES"',"tags":[]}]}'
if [ -z "$(value stagedRoleChanges '\\[]')" ]; then
  version=$(value version '[0-9]\\{1,\\}')
  must POST /v2/ApplyClusterLayout '{"version":'"$((version + 1))"'}'
  echo "layout $((version + 1)) applied: $CAPACITY_BYTES bytes"
fi
wait_until /v2/GetClusterHealth status '"healthy"' "a healthy cluster"

for bucket in $BUCKETS; do
  key=$(cat "$KEYS_FOLDER/$bucket.id")
  call GET "/v2/GetKeyInfo?id=$key" ""
  case $status in
    200) ;;
    404)
      must POST /v2/ImportKey '{"accessKeyId":"'"$key"'","secretAccessKey":"'"$(cat "$KEYS_FOLDER/$bucket.secret")"'","name":"'"$bucket"'"}'
      echo "key of $bucket imported"
      ;;
    *) fail "GET /v2/GetKeyInfo?id=$key answered \${status:-nothing}: $answer" ;;
  esac
  call GET "/v2/GetBucketInfo?globalAlias=$bucket" ""
  case $status in
    200) ;;
    404)
      must POST /v2/CreateBucket '{"globalAlias":"'"$bucket"'"}'
      echo "bucket $bucket created"
      ;;
    *) fail "GET /v2/GetBucketInfo?globalAlias=$bucket answered \${status:-nothing}: $answer" ;;
  esac
  id=$(value id '"[0-9a-f]\\{64\\}"')
  must POST /v2/AllowBucketKey '{"bucketId":"'"$id"'","accessKeyId":"'"$key"'","permissions":{"read":true,"write":true,"owner":false}}'
done
echo "garage setup: done"
`.trimStart();
