package dev.gleisner.domain.record;

import java.util.List;

/** Which directory stands for a file of the system in a record. */
public final class DirectoryGroups {
    /** Every directory right below one of these is a group; longer ones before those that they begin with. */
    private static final List<String> SPLIT = List.of(
            "/usr/local/lib/",
            "/usr/local/share/",
            "/usr/local/",
            "/usr/lib/",
            "/usr/lib64/",
            "/usr/libexec/",
            "/usr/share/",
            "/usr/src/",
            "/usr/",
            "/lib/",
            "/opt/",
            "/var/lib/",
            "/var/cache/",
            "/var/",
            "/nix/store/",
            "/gnu/store/",
            "/srv/");
    /** Each of these is one group. */
    private static final List<String> WHOLE = List.of("/etc/", "/usr/include/", "/usr/bin/", "/usr/sbin/");
    /** Of what lies below a home directory; every directory right below is a group. */
    private static final List<String> HOME_SPLIT = List.of(
            ".cache/", ".config/", ".local/share/", ".local/lib/", ".local/", ".m2/", ".cargo/", ".gradle/", "");

    private DirectoryGroups() {}

    /** The group of that absolute path: one of the directories above it. */
    public static String of(String path) {
        for (String each : WHOLE) {
            if (path.startsWith(each)) {
                return each.substring(0, each.length() - 1);
            }
        }
        String home = home(path);
        if (!home.isEmpty()) {
            for (String each : HOME_SPLIT) {
                if (path.startsWith(each, home.length())) {
                    return below(path, home.length() + each.length());
                }
            }
        }
        for (String each : SPLIT) {
            if (path.startsWith(each)) {
                return below(path, each.length());
            }
        }
        int first = path.indexOf('/', 1);
        return first < 0 ? "/" : below(path, first + 1);
    }

    /** {@code /home/<user>/}, {@code /root/}, or nothing. */
    private static String home(String path) {
        if (path.startsWith("/root/")) {
            return "/root/";
        }
        int end = path.startsWith("/home/") ? path.indexOf('/', "/home/".length()) : -1;
        return end < 0 ? "" : path.substring(0, end + 1);
    }

    /** The directory that begins at {@code from}, or the one above when a file does. */
    private static String below(String path, int from) {
        int end = path.indexOf('/', from);
        return end < 0 ? path.substring(0, from - 1) : path.substring(0, end);
    }
}
