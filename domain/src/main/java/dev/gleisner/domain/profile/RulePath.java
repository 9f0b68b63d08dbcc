package dev.gleisner.domain.profile;

import java.util.Optional;

/**
 * The form of a path in a profile: absolute, or {@code ~} with what follows for the caller's home directory. Only one
 * spelling of each path is accepted: no {@code .}, no {@code ..}, no doubled or trailing slash.
 */
public final class RulePath {
    private RulePath() {}

    /** What is wrong with that path; empty when nothing is. */
    public static Optional<String> problem(String path) {
        if (path.isEmpty()) {
            return Optional.of("the path is empty");
        }
        for (int i = 0; i < path.length(); i++) {
            if (Character.isISOControl(path.charAt(i))) {
                return Optional.of("a path has no control characters");
            }
        }
        if (path.equals("/") || path.equals("~")) {
            return Optional.empty();
        }
        if (!path.startsWith("/") && !path.startsWith("~/")) {
            return path.startsWith("~")
                    ? Optional.of("only the caller's own home can be named: \"~/...\"")
                    : Optional.of("the path is relative; it starts with \"/\" or \"~/\"");
        }
        if (path.endsWith("/")) {
            return Optional.of("the path ends with a slash; leave it out");
        }
        int start = path.indexOf('/') + 1;
        while (start <= path.length()) {
            int slash = path.indexOf('/', start);
            int end = slash < 0 ? path.length() : slash;
            if (end == start) {
                return Optional.of("the path has two slashes in a row");
            }
            String component = path.substring(start, end);
            if (component.equals(".") || component.equals("..")) {
                return Optional.of("the path has the component \"" + component + "\"; write where it really leads");
            }
            start = end + 1;
        }
        return Optional.empty();
    }

    /** Whether {@code path} is {@code ancestor} or below it; both in the form that {@link #problem} accepts. */
    public static boolean within(String path, String ancestor) {
        return ancestor.equals("/")
                ? path.startsWith("/")
                : path.startsWith(ancestor)
                        && (path.length() == ancestor.length() || path.charAt(ancestor.length()) == '/');
    }
}
