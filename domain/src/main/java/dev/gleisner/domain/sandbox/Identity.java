package dev.gleisner.domain.sandbox;

import dev.gleisner.domain.json.Json;

/**
 * Who the command is inside: the caller, without any capability.
 *
 * @param uid user id, inside and outside
 * @param gid group id, inside and outside
 * @param user login name
 * @param home home directory; the path is the caller's, the content is not
 * @param hostname host name inside
 */
public record Identity(int uid, int gid, String user, String home, String hostname) {
    Json toJson() {
        return Json.object()
                .put("uid", uid)
                .put("gid", gid)
                .put("user", user)
                .put("home", home)
                .put("hostname", hostname)
                .build();
    }
}
