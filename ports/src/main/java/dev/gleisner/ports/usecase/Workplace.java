package dev.gleisner.ports.usecase;

import dev.gleisner.domain.profile.RulePath;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.HostView;
import java.util.List;
import java.util.Optional;

/**
 * Where the command works; all paths without links except {@code home}.
 *
 * @param workingDirectory where it starts
 * @param projectRoot what is writable
 * @param home the home directory as the command is told it
 * @param realHome the same without links
 */
record Workplace(String workingDirectory, String projectRoot, String home, String realHome) {

    /** Directories that are no place for a project: the kernel's own, or the sandbox's. */
    private static final List<String> NO_PROJECTS = List.of("/proc", "/sys", "/dev", "/run");

    static Workplace of(Launch launch, HostView host) throws GleisnerException {
        String working = directory(launch.workingDirectory(), "the working directory", host);
        String project = launch.projectRoot().isEmpty()
                ? working
                : directory(
                        HostPaths.from(
                                launch.workingDirectory(), launch.projectRoot().get()),
                        "the project",
                        host);
        refuseNonsense(working, "the working directory", host);
        refuseNonsense(project, "the project", host);
        if (!RulePath.within(working, project)) {
            throw new GleisnerException.BadInput(
                    "cannot work in " + working,
                    "it is outside of the project " + project,
                    "change into the project, or name another one");
        }
        String home = host.home();
        if (!home.startsWith("/") || home.equals("/") || RulePath.problem(home).isPresent() || isSystem(home, host)) {
            // Accounts of daemons have homes such as / or /usr/sbin; an empty directory there would hide programs.
            home = "/home/".concat(host.userName().replace('/', '_'));
        }
        return new Workplace(working, project, home, HostPaths.realAsFarAsItExists(host, home));
    }

    private static boolean isSystem(String home, HostView host) {
        String real = HostPaths.realAsFarAsItExists(host, home);
        for (String each : List.of("/usr", "/etc", "/bin", "/sbin", "/lib", "/lib64", "/proc", "/sys", "/dev")) {
            if (RulePath.within(real, each)) {
                return true;
            }
        }
        return false;
    }

    private static String directory(String path, String what, HostView host) throws GleisnerException {
        Optional<String> real = host.realPath(path);
        if (real.isEmpty() || !host.kind(path).equals(Optional.of(HostView.Kind.DIRECTORY))) {
            throw new GleisnerException.BadInput(
                    what + " is " + path, "there is no such directory", "change into the directory of a project");
        }
        return real.get();
    }

    private static void refuseNonsense(String real, String what, HostView host) throws GleisnerException {
        refuseHome(real, what, host.home(), host);
        refuseHome(real, what, host.environment().getOrDefault("HOME", ""), host);
        if (real.equals("/")) {
            throw new GleisnerException.BadInput(
                    what + " is /",
                    "then the whole host would be writable inside",
                    "change into the directory of a project");
        }
        for (String each : NO_PROJECTS) {
            if (RulePath.within(real, each)) {
                throw new GleisnerException.BadInput(
                        what + " is " + real,
                        each + " belongs to the running system",
                        "change into the directory of a project");
            }
        }
    }

    private static void refuseHome(String real, String what, String home, HostView host) throws GleisnerException {
        if (home.startsWith("/")
                && !home.equals("/")
                && RulePath.within(HostPaths.realAsFarAsItExists(host, home), real)) {
            throw new GleisnerException.BadInput(
                    what + " is " + real,
                    "then all of your home directory " + home + " would be writable inside, keys included",
                    "change into the directory of a project");
        }
    }
}
