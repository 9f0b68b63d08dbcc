package dev.gleisner.domain.redact;

import java.util.List;
import java.util.Locale;

/** Which names of options, variables, headers and members stand for a secret. */
final class SecretNames {
    private static final List<String> PARTS = List.of(
            "password",
            "passwd",
            "passphrase",
            "passcode",
            "secret",
            "token",
            "apikey",
            "accesskey",
            "privatekey",
            "signingkey",
            "encryptionkey",
            "sharedkey",
            "masterkey",
            "accountkey",
            "credential",
            "authorization",
            "authkey",
            "cookie",
            "sessionid",
            "connectionstring");
    private static final List<String> WHOLE = List.of("pass", "pwd", "pw", "auth", "psk", "otp");
    /** A name that ends so says where the secret is, or something about it, and not what it is. */
    private static final List<String> ABOUT = List.of(
            "file",
            "jar",
            "path",
            "dir",
            "url",
            "uri",
            "name",
            "id",
            "type",
            "count",
            "length",
            "size",
            "limit",
            "ttl",
            "expires",
            "command",
            "cmd",
            "helper",
            "prompt",
            "stdin",
            "fd",
            "tokens",
            "algorithm",
            "only",
            "policy",
            "bytes",
            "chars",
            "budget",
            "usage");

    private SecretNames() {}

    /** Whether what is given to that name is a secret: {@code --api-key}, {@code GITHUB_TOKEN}, {@code X-Auth-Token}. */
    static boolean secret(String name) {
        String plain = plain(name);
        if (plain.isEmpty() || plain.contains("tokeniz")) {
            return false;
        }
        if (WHOLE.contains(plain)) {
            return true;
        }
        for (String part : PARTS) {
            if (plain.contains(part)) {
                return plain.endsWith(part) || !isAbout(plain);
            }
        }
        return false;
    }

    /** Whether a bare word, with no dash before it, can only be the name of a secret: {@code aws_secret_access_key}. */
    static boolean secretBareWord(String word) {
        if (word.indexOf('_') < 0 && word.indexOf('.') < 0 && word.indexOf(':') < 0 || word.indexOf('/') > 0) {
            return false;
        }
        String plain = plain(word.substring(word.lastIndexOf(':') + 1));
        for (String part : PARTS) {
            if (plain.endsWith(part)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isAbout(String plain) {
        for (String end : ABOUT) {
            if (plain.endsWith(end)) {
                return true;
            }
        }
        return false;
    }

    /** Lower case, letters and digits only. */
    private static String plain(String name) {
        StringBuilder plain = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (Characters.isAlphanumeric(c)) {
                plain.append(c);
            }
        }
        return plain.toString().toLowerCase(Locale.ROOT);
    }
}
