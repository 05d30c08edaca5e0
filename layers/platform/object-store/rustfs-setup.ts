// The script of RustFS's setup Job: for each bucket the bucket, a user, and a policy that opens this bucket and no other. Safe to run again.

/** How long the script waits for the server, in seconds. */
const deadlineSeconds = 240;

/**
 * POSIX sh with curl 7.75 or later, which signs requests itself (RustFS's own image has it). It reads ENDPOINT (http://host:port),
 * REGION, BUCKETS (separated by spaces), ROOT_FOLDER (files `access-key` and `secret-key`) and KEYS_FOLDER (files `<bucket>.id` and
 * `<bucket>.secret`).
 *
 * Keys go to curl in a file, because its command line is everybody's to read. JSON is written from values that need no escaping.
 */
export const rustFsSetupScript = `
set -eu
umask 077
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
deadline=$(( $(date +%s) + ${deadlineSeconds} ))

fail() {
  echo "rustfs setup: $*" >&2
  exit 1
}

printf 'user = "%s:%s"\\n' "$(cat "$ROOT_FOLDER/access-key")" "$(cat "$ROOT_FOLDER/secret-key")" >"$work/login"

# call METHOD PATH [BODY]: sets status and answer.
call() {
  printf '%s' "\${3-}" >"$work/body"
  status=$(curl --silent --show-error --max-time 30 --config "$work/login" --aws-sigv4 "aws:amz:$REGION:s3" \\
    --request "$1" --header 'Content-Type: application/json' --data-binary "@$work/body" \\
    --output "$work/answer" --write-out '%{http_code}' "$ENDPOINT$2" 2>"$work/error") || status=000
  answer=$(tr -d '\\n' <"$work/answer" 2>/dev/null || true)
  [ "$status" != 000 ] || answer="no answer: $(cat "$work/error")"
}

must() {
  call "$1" "$2" "\${3-}"
  [ "$status" = 200 ] || fail "$1 $2 answered $status: $answer"
}

# Ready means that users are loaded too; the first answers come before that.
until call GET /health/ready && [ "$status" = 200 ]; do
  [ "$(date +%s)" -lt "$deadline" ] || fail "the server is not ready within ${deadlineSeconds} s: GET /health/ready answered $status: $answer"
  sleep 1
done

# Parameters in the order of their names: an older curl signs them as they stand.
admin=/rustfs/admin/v3
for bucket in $BUCKETS; do
  key=$(cat "$KEYS_FOLDER/$bucket.id")
  # A list, and no HEAD: curl would wait for a body that never comes.
  call GET "/$bucket?list-type=2&max-keys=1"
  case $status in
    200) ;;
    404)
      must PUT "/$bucket"
      echo "bucket $bucket created"
      ;;
    *) fail "GET /$bucket answered $status: $answer" ;;
  esac
  must PUT "$admin/add-canned-policy?name=$bucket" '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetBucketLocation","s3:ListBucket","s3:ListBucketMultipartUploads"],"Resource":["arn:aws:s3:::'"$bucket"'"]},{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject","s3:DeleteObject","s3:AbortMultipartUpload","s3:ListMultipartUploadParts"],"Resource":["arn:aws:s3:::'"$bucket"'/*"]}]}'
  must PUT "$admin/add-user?accessKey=$key" '{"secretKey":"'"$(cat "$KEYS_FOLDER/$bucket.secret")"'","status":"enabled"}'
  must PUT "$admin/set-user-or-group-policy?isGroup=false&policyName=$bucket&userOrGroup=$key"
  echo "key of $bucket opens it"
done
echo "rustfs setup: done"
`.trimStart();
