package dev.gleisner.ports.usecase;

import dev.gleisner.domain.profile.Rule;
import dev.gleisner.domain.profile.RulePath;
import dev.gleisner.domain.sandbox.Mount;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.HostView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the command as it will be found inside. */
final class CommandLookup {
    private static final String USUAL_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final int NOT_EXECUTABLE = 126;
    private static final int NOT_FOUND = 127;

    private final HostView host;
    private final FileTree tree;
    private final String workingDirectory;
    private final String projectRoot;

    CommandLookup(HostView host, FileTree tree, String workingDirectory, String projectRoot) {
        this.host = host;
        this.tree = tree;
        this.workingDirectory = workingDirectory;
        this.projectRoot = projectRoot;
    }

    /** The caller's PATH without what is relative, twice there, or not visible inside. */
    List<String> visiblePath() {
        List<String> visible = new ArrayList<>();
        for (String directory : callersPath()) {
            Optional<FileTree.Visible> found = tree.resolve(directory);
            if (found.isPresent()
                    && host.kind(found.get().hostPath()).equals(Optional.of(HostView.Kind.DIRECTORY))
                    && !visible.contains(directory)) {
                visible.add(directory);
            }
        }
        return visible;
    }

    /** The absolute entries of the caller's PATH. */
    private List<String> callersPath() {
        String path = host.environment().getOrDefault("PATH", USUAL_PATH);
        List<String> directories = new ArrayList<>();
        int start = 0;
        while (start <= path.length()) {
            int colon = path.indexOf(':', start);
            int end = colon < 0 ? path.length() : colon;
            String directory = path.substring(start, end);
            if (directory.startsWith("/")) {
                directories.add(directory);
            }
            start = end + 1;
        }
        return directories;
    }

    /**
     * The absolute path inside of the command.
     *
     * @param word a path when it has a slash, otherwise a name to be looked up in PATH
     * @throws GleisnerException.CommandNotStarted when there is no such command inside, or it cannot be executed
     */
    String find(String word) throws GleisnerException {
        if (word.isEmpty()) {
            throw new GleisnerException.CommandNotStarted(
                    NOT_FOUND, "cannot start the command", "its name is empty", "write the command after --");
        }
        return word.indexOf('/') >= 0 ? byPath(HostPaths.from(workingDirectory, word)) : byName(word);
    }

    private String byPath(String path) throws GleisnerException {
        Optional<FileTree.Visible> found = tree.resolve(path);
        if (found.isEmpty() || host.kind(found.get().hostPath()).isEmpty()) {
            throw missing(path, path);
        }
        if (!host.executable(found.get().hostPath())) {
            throw new GleisnerException.CommandNotStarted(
                    NOT_EXECUTABLE,
                    "cannot start " + path,
                    host.kind(found.get().hostPath()).equals(Optional.of(HostView.Kind.FILE))
                            ? "you may not execute it"
                            : "it is not a regular file",
                    "make it executable with `chmod +x`, or start its interpreter with the file as argument");
        }
        return path;
    }

    /** A directory of the project is passed over: what a repository contains is only started when named by its path. */
    private String byName(String name) throws GleisnerException {
        String outOfSight = "";
        String inProject = "";
        for (String directory : callersPath()) {
            String path = HostPaths.join(directory, "/".concat(name));
            boolean onHost = host.executable(path);
            if (inProject(directory) || onHost && inProject(path)) {
                inProject = onHost && inProject.isEmpty() ? path : inProject;
                continue;
            }
            Optional<FileTree.Visible> found = tree.resolve(path);
            if (found.isPresent() && host.executable(found.get().hostPath())) {
                return path;
            }
            if (onHost && outOfSight.isEmpty()) {
                outOfSight = path;
            }
        }
        if (!outOfSight.isEmpty()) {
            throw missing(name, outOfSight);
        }
        if (!inProject.isEmpty()) {
            throw new GleisnerException.CommandNotStarted(
                    NOT_FOUND,
                    "cannot start " + name,
                    "PATH leads to " + inProject + ", which the project itself can change",
                    "if that is meant, name it by its path: " + inProject);
        }
        throw new GleisnerException.CommandNotStarted(
                NOT_FOUND, "cannot start " + name, "no directory of PATH has it", "install it, or name it by its path");
    }

    private boolean inProject(String path) {
        return RulePath.within(path, projectRoot)
                || RulePath.within(HostPaths.realAsFarAsItExists(host, path), projectRoot);
    }

    private GleisnerException missing(String word, String hostPath) {
        Optional<String> real = host.realPath(hostPath);
        if (real.isEmpty()) {
            return new GleisnerException.CommandNotStarted(
                    NOT_FOUND, "cannot start " + word, "there is no " + hostPath, "check the path of the command");
        }
        Optional<Mount> mask = tree.maskOver(hostPath);
        if (mask.isPresent()) {
            return new GleisnerException.CommandNotStarted(
                    NOT_FOUND,
                    "cannot start " + word,
                    hostPath + " is hidden: " + mask.get().reason(),
                    "start another command, or take that rule out of the profile");
        }
        boolean nameIsVisible = tree.resolve(HostPaths.parent(hostPath)).isPresent();
        String hidden = HostPaths.parent(nameIsVisible ? real.get() : hostPath);
        if (hidden.endsWith("/bin") && hidden.lastIndexOf('/') > 0) {
            hidden = HostPaths.parent(hidden);
        }
        String where = real.get().equals(hostPath) ? hostPath : hostPath + " (really " + real.get() + ")";
        return new GleisnerException.CommandNotStarted(
                NOT_FOUND,
                "cannot start " + word,
                "it is at " + where + ", which the profile does not show",
                "add --bind-ro " + hidden);
    }

    /**
     * Checks the profile's list of commands. It names the first program only.
     *
     * @param command the absolute path of the command inside
     */
    void checkAllowed(String command, List<Rule<String>> allowlist, String home) throws GleisnerException {
        if (allowlist.isEmpty()) {
            return;
        }
        Optional<FileTree.Visible> wanted = tree.resolve(command);
        StringBuilder allowed = new StringBuilder();
        for (Rule<String> rule : allowlist) {
            allowed.append(allowed.isEmpty() ? "" : ", ").append(rule.value());
            String path = allowedPath(rule.value(), home);
            if (path.equals(command) || wanted.isPresent() && tree.resolve(path).equals(wanted)) {
                return;
            }
        }
        throw new GleisnerException.CommandNotStarted(
                NOT_EXECUTABLE,
                "cannot start " + command,
                "the profile allows only " + allowed,
                "use one of these commands, or another profile");
    }

    private String allowedPath(String entry, String home) {
        if (entry.startsWith("~/")) {
            return HostPaths.join(home, entry.substring(1));
        }
        if (entry.indexOf('/') >= 0) {
            return entry;
        }
        try {
            return byName(entry);
        } catch (GleisnerException e) {
            // Not here, so it cannot be the command that was found.
            return "";
        }
    }
}
