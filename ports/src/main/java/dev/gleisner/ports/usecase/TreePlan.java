package dev.gleisner.ports.usecase;

import dev.gleisner.domain.profile.Profile;
import dev.gleisner.domain.profile.Rule;
import dev.gleisner.domain.profile.RulePath;
import dev.gleisner.domain.sandbox.Mount;
import dev.gleisner.domain.sandbox.NetworkAccess;
import dev.gleisner.domain.sandbox.ResourceLimits;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.HostView;
import java.util.List;
import java.util.Optional;

/** Decides what of the host's files is visible, writable and hidden. */
final class TreePlan {
    /**
     * Secrets below {@code /etc}. Masked whatever the profile says: root keeps its user id inside, so it would own
     * and read them.
     */
    static final List<String> SECRETS = List.of(
            "/etc/shadow",
            "/etc/shadow-",
            "/etc/gshadow",
            "/etc/gshadow-",
            "/etc/sudoers",
            "/etc/sudoers.d",
            "/etc/security/opasswd",
            "/etc/ssl/private",
            "/etc/pki/tls/private",
            "/etc/letsencrypt",
            "/etc/ssh/ssh_host_dsa_key",
            "/etc/ssh/ssh_host_ecdsa_key",
            "/etc/ssh/ssh_host_ed25519_key",
            "/etc/ssh/ssh_host_rsa_key",
            "/etc/krb5.keytab",
            "/etc/wpa_supplicant",
            "/etc/NetworkManager/system-connections");

    /** What of a repository runs on the host by itself: hooks, and the configuration that can name programs. */
    private static final List<String> RUNS_ON_THE_HOST = List.of("/.git/config", "/.git/hooks");

    private static final int SHARED_SCRATCH = 01777;
    private static final int ORDINARY = 0755;
    private static final int PRIVATE = 0700;

    private final Profile profile;
    private final Launch launch;
    private final HostView host;
    private final Workplace place;
    private final NetworkAccess network;
    private final long tmpfsBytes;
    private final List<String> notes;
    private final FileTree tree;

    TreePlan(
            Profile profile,
            Launch launch,
            HostView host,
            Workplace place,
            NetworkAccess network,
            ResourceLimits limits,
            List<String> notes) {
        this.profile = profile;
        this.launch = launch;
        this.host = host;
        this.place = place;
        this.network = network;
        // A tmpfs is memory: one alone must not use up what all processes together may have.
        this.tmpfsBytes = Math.max(1, limits.memoryBytes() / 2);
        this.notes = notes;
        this.tree = new FileTree(host, notes);
    }

    /** The settled tree. */
    FileTree make() throws GleisnerException {
        Profile.Filesystem rules = profile.filesystem();
        showAll("readonly_bind", rules.readonlyBind(), true);
        showAll("readwrite_bind", rules.readwriteBind(), false);
        showAll("add_dirs", profile.plugins().addDirs(), false);
        for (Rule<String> rule : rules.tmpfs()) {
            String path = expand(rule.value());
            tree.tmpfs(path, tmpfsBytes, tmpfsMode(path), why(rule, "tmpfs"));
        }
        tree.tmpfs(
                place.home(), tmpfsBytes, PRIVATE, "HOME is private: of the caller's one only named paths are there");
        nameResolution();
        project();
        for (Rule<Profile.BindMount> rule : rules.extraBindMounts()) {
            String source = expand(rule.value().host());
            if (isThere(source, "extra_bind_mounts")) {
                tree.showAs(
                        source,
                        expand(rule.value().container()),
                        rule.value().readonly(),
                        why(rule, "extra_bind_mounts"),
                        false);
            }
        }
        for (String asked : launch.readonlyPaths()) {
            asked(asked, true);
        }
        for (String asked : launch.readwritePaths()) {
            asked(asked, false);
        }
        protectRepository();
        tree.settle();
        hide();
        return tree;
    }

    private void showAll(String key, List<Rule<String>> rules, boolean readOnly) throws GleisnerException {
        for (Rule<String> rule : rules) {
            String path = expand(rule.value());
            if (isThere(path, key)) {
                tree.show(path, readOnly, why(rule, key), false);
            }
        }
    }

    private boolean isThere(String path, String key) {
        if (host.realPath(path).isPresent()) {
            return true;
        }
        notes.add(key + ": " + path + " is not on this host and was skipped");
        return false;
    }

    private static String why(Rule<?> rule, String key) {
        return rule.reason().isEmpty() ? "named in ".concat(key) : rule.reason();
    }

    private static int tmpfsMode(String path) {
        return path.equals("/tmp") || path.equals("/var/tmp") ? SHARED_SCRATCH : ORDINARY;
    }

    private String expand(String path) {
        if (path.equals("~")) {
            return place.home();
        }
        return path.startsWith("~/") ? HostPaths.join(place.home(), path.substring(1)) : path;
    }

    /** Where systemd manages it, {@code /etc/resolv.conf} leads to {@code /run}, which is not shown. */
    private void nameResolution() throws GleisnerException {
        Optional<String> real = host.realPath("/etc/resolv.conf");
        if (network instanceof NetworkAccess.Host && real.isPresent() && !RulePath.within(real.get(), "/etc")) {
            tree.show(real.get(), true, "name servers of the host's network", false);
        }
    }

    private void project() throws GleisnerException {
        String root = place.projectRoot();
        Optional<Mount> there = tree.at(root);
        if (there.isPresent() && !(there.get() instanceof Mount.Bind bind && !bind.readOnly())) {
            throw new GleisnerException.BadInput(
                    "the project is " + root,
                    "the profile has another use for that directory: "
                            + there.get().reason(),
                    "work in a directory below it");
        }
        tree.show(root, false, "the project", true);
        String records = root.concat("/.gleisner");
        if (host.kind(records).equals(Optional.of(HostView.Kind.DIRECTORY))
                && host.realPath(records).equals(Optional.of(records))) {
            tree.pin(records, true, "records of earlier sessions are not the command's to change");
        }
    }

    /**
     * Makes what git on the host would execute read-only, and {@code .git} itself a mount point, so that it cannot be
     * moved aside. Whoever names one of these paths as writable keeps it writable.
     */
    private void protectRepository() {
        String git = place.projectRoot().concat("/.git");
        Optional<HostView.Kind> kind = host.kind(git);
        if (kind.isEmpty() || !host.realPath(git).equals(Optional.of(git))) {
            return;
        }
        if (kind.get() == HostView.Kind.FILE) {
            tree.pin(git, true, "it says where the repository is; git on the host follows it");
            return;
        }
        boolean named = tree.at(git).isPresent();
        for (String each : RUNS_ON_THE_HOST) {
            String path = place.projectRoot().concat(each);
            if (!named && host.realPath(path).equals(Optional.of(path))) {
                tree.pin(path, true, "git on the host executes what is written here");
            }
        }
        if (!named) {
            tree.pin(git, false, "the repository cannot be moved aside and replaced");
        }
    }

    /** A path from the command line: {@code HOST} or {@code HOST:INSIDE}. */
    private void asked(String written, boolean readOnly) throws GleisnerException {
        int colon = written.indexOf(':');
        String hostPath = HostPaths.from(place.workingDirectory(), colon < 0 ? written : written.substring(0, colon));
        String reason = "asked for on the command line";
        String real = host.realPath(hostPath).orElse(hostPath);
        if (RulePath.within(place.realHome(), real)) {
            throw new GleisnerException.BadInput(
                    "cannot show " + hostPath + " inside",
                    "it is, or contains, your home directory with all its keys",
                    "name what of it the command needs");
        }
        if (colon < 0) {
            if (real.equals(place.projectRoot()) && readOnly) {
                throw new GleisnerException.BadInput(
                        "cannot show " + hostPath + " read-only", "it is the project", "name another path");
            }
            refuseDenied(hostPath);
            tree.show(hostPath, readOnly, reason, true);
            return;
        }
        String inside = written.substring(colon + 1);
        Optional<String> problem = RulePath.problem(inside);
        if (problem.isPresent()
                || inside.equals("/")
                || RulePath.within(inside, "/proc")
                || RulePath.within(inside, "/dev")) {
            throw new GleisnerException.BadInput(
                    "cannot show " + hostPath + " as \"" + inside + "\"",
                    problem.orElse("the sandbox has a root, a /proc and a /dev of its own"),
                    "write HOST:INSIDE with an absolute path inside, without . and ..");
        }
        refuseDenied(hostPath);
        tree.showAs(hostPath, expand(inside), readOnly, reason, true);
    }

    private void refuseDenied(String path) throws GleisnerException {
        String real = host.realPath(path).orElse(path);
        for (Rule<String> rule : profile.filesystem().deny()) {
            String denied = expand(rule.value());
            if (RulePath.within(real, host.realPath(denied).orElse(denied))) {
                throw new GleisnerException.BadInput(
                        "cannot show " + path + " inside",
                        "profile " + profile.name() + " denies " + rule.value()
                                + (rule.reason().isEmpty() ? "" : " (" + rule.reason() + ")"),
                        "use a profile that does not deny it");
            }
        }
    }

    private void hide() throws GleisnerException {
        for (String secret : SECRETS) {
            tree.hide(secret, "a secret of the system, masked in every profile");
        }
        for (Rule<String> rule : profile.filesystem().deny()) {
            String path = expand(rule.value());
            refuseProjectIn(path, "the profile denies " + rule.value());
            if (!tree.hide(path, why(rule, "deny")) && host.realPath(path).isEmpty()) {
                noteIfItCanAppear(path);
            }
        }
        for (String own : launch.hiddenPaths()) {
            hideOwn(own);
        }
        Optional<Mount> mask = tree.maskOver(place.workingDirectory());
        if (mask.isPresent()) {
            throw new GleisnerException.BadInput(
                    "cannot work in " + place.workingDirectory(),
                    "it is hidden: " + mask.get().reason(),
                    "work in another directory, or use a profile without that rule");
        }
        for (Mount.Bind bind : tree.binds()) {
            if (tree.maskOver(bind.target()).isPresent()) {
                notes.add(bind.target() + " is shown by one rule and hidden by another; it is hidden");
            }
        }
    }

    /** A name that does not exist has nothing to be masked with; where the command can make it, people must know. */
    private void noteIfItCanAppear(String path) {
        String real = HostPaths.realAsFarAsItExists(host, path);
        if (tree.owner(real).orElse(null) instanceof Mount.Bind bind && !bind.readOnly()) {
            notes.add("deny: " + path + " does not exist yet; it cannot be hidden and the command can create it");
        }
    }

    private void refuseProjectIn(String path, String why) throws GleisnerException {
        if (RulePath.within(place.projectRoot(), HostPaths.realAsFarAsItExists(host, path))) {
            throw new GleisnerException.BadInput(
                    "the project is " + place.projectRoot(), why, "work in another directory");
        }
    }

    /** Keeps evidence and keys out of sight. */
    private void hideOwn(String path) throws GleisnerException {
        String real = HostPaths.realAsFarAsItExists(host, path);
        if (HostPaths.overlap(place.projectRoot(), real)) {
            throw new GleisnerException.BadInput(
                    "the project is " + place.projectRoot(),
                    "Gleisner keeps evidence or keys at " + path + ", which the command could then change",
                    "work in another directory, or set XDG_STATE_HOME to a place outside of the project");
        }
        for (Mount.Bind bind : tree.binds()) {
            if (RulePath.within(bind.source(), real)) {
                throw new GleisnerException.BadInput(
                        "cannot show " + bind.source() + " inside",
                        "Gleisner keeps evidence or keys at " + path,
                        "leave this path out");
            }
            if (RulePath.within(real, bind.source()) && host.realPath(path).isEmpty()) {
                throw new GleisnerException.BadInput(
                        "cannot hide " + path,
                        "it does not exist yet and would appear in " + bind.target() + " when it is made",
                        "make it first: mkdir -p -m 700 " + path);
            }
        }
        tree.hide(path, "evidence and keys of Gleisner");
    }
}
