package dev.gleisner.adapters.linux.cgroup;

import java.util.List;
import java.util.Optional;

/**
 * Reads {@code /proc/self/cgroup} and {@code /proc/self/mountinfo}.
 *
 * @spec https://man7.org/linux/man-pages/man7/cgroups.7.html cgroups(7)
 * @spec https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html proc_pid_mountinfo(5)
 */
final class Membership {
    /**
     * Where a group is in the file system.
     *
     * @param mount the mount point of cgroup2
     * @param group the group's directory; {@code mount} or below it
     */
    record Place(String mount, String group) {}

    private Membership() {}

    /** The path after {@code 0::}. */
    static Optional<String> ownPath(String procCgroup) {
        for (String line : procCgroup.split("\n")) {
            if (line.startsWith("0::/")) {
                return Optional.of(line.substring("0::".length()));
            }
        }
        return Optional.empty();
    }

    /** Whether all of those controllers are named on lines of version 1. */
    static boolean onVersion1(String procCgroup, List<String> controllers) {
        for (String controller : controllers) {
            boolean found = false;
            for (String line : procCgroup.split("\n")) {
                int first = line.indexOf(':');
                int second = line.indexOf(':', first + 1);
                if (second > first + 1
                        && List.of(line.substring(first + 1, second).split(",")).contains(controller)) {
                    found = true;
                }
            }
            if (!found) {
                return false;
            }
        }
        return true;
    }

    /** The directory of that group, through the first cgroup2 mount that shows it. */
    static Optional<Place> locate(String group, String mountInfo) {
        for (String line : mountInfo.split("\n")) {
            int separator = line.indexOf(" - ");
            if (separator < 0 || !line.startsWith("cgroup2 ", separator + 3)) {
                continue;
            }
            String[] fields = line.substring(0, separator).split(" ");
            if (fields.length < 6) {
                continue;
            }
            String root = unescape(fields[3]);
            String mount = unescape(fields[4]);
            String below;
            if (root.equals("/")) {
                below = group;
            } else if (group.equals(root)) {
                below = "/";
            } else if (group.startsWith(root + "/")) {
                below = group.substring(root.length());
            } else {
                continue;
            }
            if (below.startsWith("/..")) {
                continue; // outside of the cgroup namespace's root
            }
            return Optional.of(new Place(mount, below.equals("/") ? mount : mount + below));
        }
        return Optional.empty();
    }

    /** Mount points have white space and backslashes as three octal digits. */
    private static String unescape(String field) {
        if (field.indexOf('\\') < 0) {
            return field;
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < field.length(); i++) {
            if (field.charAt(i) == '\\' && i + 3 < field.length()) {
                text.append((char) Integer.parseInt(field.substring(i + 1, i + 4), 8));
                i += 3;
            } else {
                text.append(field.charAt(i));
            }
        }
        return text.toString();
    }
}
