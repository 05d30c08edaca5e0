// The script of the access Job: logs in as admin by a token of Kubernetes, which proves that login, and makes or removes the login with a password.

/** Says whose mount it is: only one with this description is taken away again. */
export const demoDescription = "demo login of strata";

/**
 * POSIX sh beside the `bao` program, safe to run again. It reads
 * - BAO_ADDR, BAO_CACERT, BAO_TLS_SERVER_NAME: bao's own. TLS is always verified;
 * - LOGIN_MOUNT, LOGIN_ROLE, TOKEN_FILE: mount and role of the admin's login, and the token of the service account;
 * - DEMO_LOGIN (`on` or `off`), DEMO_MOUNT, DEMO_USER, DEMO_POLICY, DEMO_PASSWORD_FILE: the login with a password; the last only where it is on;
 * - DEADLINE_SECONDS: how long the login is tried.
 *
 * No token and no password is ever an argument of a program: bao reads them from files, and its own token from its environment.
 */
export const accessScript = `
set -eu
umask 077
work=$(mktemp -d)
deadline=$(( $(date +%s) + DEADLINE_SECONDS ))

fail() {
  echo "openbao access: $*" >&2
  exit 1
}

# The token ends with this script, whatever becomes of it.
finish() {
  [ -z "\${BAO_TOKEN-}" ] || bao token revoke -self >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap finish EXIT

until token=$(bao write -field=token "auth/$LOGIN_MOUNT/login" role="$LOGIN_ROLE" jwt=@"$TOKEN_FILE" 2>"$work/error"); do
  [ "$(date +%s)" -lt "$deadline" ] ||
    fail "no login as $LOGIN_ROLE at auth/$LOGIN_MOUNT within $DEADLINE_SECONDS s: $(tr '\\n' ' ' <"$work/error")"
  sleep 2
done
export BAO_TOKEN="$token"
echo "logged in as $LOGIN_ROLE by auth/$LOGIN_MOUNT"

mount=$(bao auth list >"$work/mounts" && sed -n "s,^$DEMO_MOUNT/ ,,p" "$work/mounts") || fail "the admin may not list logins"
case $mount in
  "") found=none ;;
  *"${demoDescription}"*) found=ours ;;
  *) found=other ;;
esac

case $DEMO_LOGIN in
  on)
    [ "$found" != none ] || bao auth enable -path="$DEMO_MOUNT" -description="${demoDescription}" userpass
    bao write "auth/$DEMO_MOUNT/users/$DEMO_USER" password=@"$DEMO_PASSWORD_FILE" token_policies="$DEMO_POLICY" token_ttl=1h
    echo "$DEMO_USER may log in with a password"
    ;;
  off)
    case $found in
      none) ;;
      ours) bao auth disable "$DEMO_MOUNT" ;;
      # Somebody else's mount stays; the user of ours in it does not.
      other) bao delete "auth/$DEMO_MOUNT/users/$DEMO_USER" ;;
    esac
    echo "no login with a password"
    ;;
  *) fail "DEMO_LOGIN is on or off, got $DEMO_LOGIN" ;;
esac
echo "openbao access: done"
`.trimStart();
