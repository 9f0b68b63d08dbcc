package dev.gleisner.ports.usecase;

import dev.gleisner.domain.profile.RulePath;
import dev.gleisner.domain.sandbox.Mount;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.HostView;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Collects what is to be visible, then settles it into one list of mounts. Everything is mounted at its real path;
 * links that lead there become links of the sandbox. So a path means inside what it means on the host, and a deny
 * rule needs to know one path only.
 */
final class FileTree {
    private static final int MOST_LINKS = 40;
    private static final String USE_PATHS = "mend the profile, or name other paths on the command line";

    private final HostView host;
    private final List<String> notes;

    /** By target; the comparator puts parents first. */
    private final Map<String, Mount> mounts = new TreeMap<>(HostPaths.PARENTS_FIRST);

    /** Targets that stay although their parent shows the same: a mount point cannot be renamed or removed. */
    private final Set<String> pinned = new HashSet<>();

    private final Map<String, Mount> masks = new TreeMap<>(HostPaths.PARENTS_FIRST);

    FileTree(HostView host, List<String> notes) {
        this.host = host;
        this.notes = notes;
    }

    /** Shows a host path under the same path. It must exist. */
    void show(String path, boolean readOnly, String reason, boolean replace) throws GleisnerException {
        String real = existing(path);
        follow(path);
        put(new Mount.Bind(real, real, readOnly, reason), replace);
    }

    /** Shows a host path under another path. It must exist. */
    void showAs(String path, String inside, boolean readOnly, String reason, boolean replace) throws GleisnerException {
        put(new Mount.Bind(existing(path), settled(inside), readOnly, reason), replace);
    }

    /** Shows what is there already once more at the same place, so that it cannot be moved away. */
    void pin(String real, boolean readOnly, String reason) {
        if (mounts.putIfAbsent(real, new Mount.Bind(real, real, readOnly, reason)) == null) {
            pinned.add(real);
        }
    }

    /** An empty writable directory. */
    void tmpfs(String path, long sizeBytes, int mode, String reason) throws GleisnerException {
        put(new Mount.Tmpfs(follow(path), sizeBytes, mode, reason), false);
    }

    /** Whether something is mounted at exactly that path. */
    Optional<Mount> at(String target) {
        return Optional.ofNullable(mounts.get(target));
    }

    private String existing(String path) throws GleisnerException {
        Optional<String> real = host.realPath(path);
        Optional<HostView.Kind> kind = host.kind(path);
        if (real.isEmpty() || kind.isEmpty()) {
            throw new GleisnerException.BadInput(
                    "cannot show " + path + " inside", "there is no such file or directory", USE_PATHS);
        }
        if (kind.get() == HostView.Kind.OTHER) {
            throw new GleisnerException.BadInput(
                    "cannot show " + path + " inside",
                    "it is a device, socket or fifo, which leads out of the sandbox",
                    "name regular files and directories only");
        }
        if (RulePath.within(real.get(), "/proc") || RulePath.within(real.get(), "/dev")) {
            throw new GleisnerException.BadInput(
                    "cannot show " + path + " inside",
                    "the sandbox has a /proc and a /dev of its own",
                    "leave this path out");
        }
        if (real.get().equals("/")) {
            throw new GleisnerException.BadInput(
                    "cannot show " + path + " inside", "it is the whole host", "name the directories that are meant");
        }
        return real.get();
    }

    private void put(Mount mount, boolean replace) throws GleisnerException {
        Mount other = mounts.get(mount.target());
        if (other == null || replace || other instanceof Mount.Symlink) {
            mounts.put(mount.target(), mount);
            return;
        }
        if (other instanceof Mount.Bind was
                && mount instanceof Mount.Bind is
                && was.source().equals(is.source())) {
            if (was.readOnly() != is.readOnly()) {
                mounts.put(is.target(), new Mount.Bind(is.source(), is.target(), true, is.reason()));
                notes.add(is.target() + " is named as writable and as read-only; it is read-only");
            }
            return;
        }
        if (other instanceof Mount.Tmpfs && mount instanceof Mount.Tmpfs) {
            return;
        }
        throw new GleisnerException.BadInput(
                "two rules want " + mount.target(),
                "one says \"" + other.reason() + "\", the other \"" + mount.reason() + "\"",
                "name only one of them");
    }

    /**
     * Resolves the links on the way to a path and makes them links of the sandbox.
     *
     * @return the path without links; what does not exist is kept as it is written
     */
    private String follow(String path) {
        Deque<String> rest = HostPaths.components(path);
        String at = "/";
        int links = 0;
        while (!rest.isEmpty()) {
            String component = rest.pop();
            if (component.equals(".")) {
                continue;
            }
            if (component.equals("..")) {
                at = HostPaths.parent(at);
                continue;
            }
            String next = HostPaths.join(at, "/".concat(component));
            Optional<String> link = host.readLink(next);
            if (link.isPresent() && links < MOST_LINKS) {
                links++;
                mounts.putIfAbsent(next, new Mount.Symlink(next, link.get(), "it is a link on the host"));
                if (link.get().startsWith("/")) {
                    at = "/";
                }
                HostPaths.push(link.get(), rest);
            } else {
                at = next;
            }
        }
        return at;
    }

    /** A path inside with the sandbox's own links on the way resolved. */
    private String settled(String inside) {
        Deque<String> rest = HostPaths.components(inside);
        String at = "/";
        int links = 0;
        while (!rest.isEmpty()) {
            String component = rest.pop();
            if (component.equals("..")) {
                at = HostPaths.parent(at);
                continue;
            }
            String next = HostPaths.join(at, "/".concat(component));
            if (mounts.get(next) instanceof Mount.Symlink link && links++ < MOST_LINKS) {
                if (link.linkTo().startsWith("/")) {
                    at = "/";
                }
                HostPaths.push(link.linkTo(), rest);
            } else {
                at = next;
            }
        }
        return at;
    }

    /**
     * Ends the collection: drops what is there anyway, and checks that every mount point exists or can be made on the
     * sandbox's own tmpfs. A mount point is never made on the host.
     */
    void settle() throws GleisnerException {
        for (String target : List.copyOf(mounts.keySet())) {
            Mount mount = mounts.get(target);
            if (mount == null || !(around(target) instanceof Mount.Bind outer)) {
                continue;
            }
            String same = HostPaths.join(outer.source(), HostPaths.tail(target, outer.target()));
            if (mount instanceof Mount.Symlink) {
                mounts.remove(target);
                continue;
            }
            if (mount instanceof Mount.Bind bind
                    && bind.source().equals(same)
                    && bind.readOnly() == outer.readOnly()
                    && !pinned.contains(target)) {
                mounts.remove(target);
                continue;
            }
            boolean directory = !(mount instanceof Mount.Bind bind)
                    || host.kind(bind.source()).equals(Optional.of(HostView.Kind.DIRECTORY));
            Optional<HostView.Kind> there = host.kind(same);
            if (there.isEmpty()
                    || !host.realPath(same).equals(Optional.of(same))
                    || (there.get() == HostView.Kind.DIRECTORY) != directory) {
                throw new GleisnerException.BadInput(
                        "cannot mount anything at " + target,
                        "it would be inside " + outer.target() + ", which shows the host's " + outer.source()
                                + ", and there is no " + (directory ? "directory" : "file") + " " + same
                                + " to mount it on",
                        "make it on the host, or choose a path that is not inside " + outer.target());
            }
        }
    }

    /** The innermost mount that the target is below, itself not counted. */
    private @Nullable Mount around(String target) {
        String at = target;
        while (!at.equals("/")) {
            at = HostPaths.parent(at);
            Mount mount = mounts.get(at);
            if (mount != null && !(mount instanceof Mount.Symlink)) {
                return mount;
            }
        }
        return null;
    }

    /** The innermost mount that shows the path; masks do not count. */
    Optional<Mount> owner(String path) {
        Mount mount = mounts.get(path);
        if (mount != null && !(mount instanceof Mount.Symlink)) {
            return Optional.of(mount);
        }
        return Optional.ofNullable(around(path));
    }

    /**
     * Hides a host path everywhere it would be visible; to be called after {@link #settle}.
     *
     * @param path as the rule names it: a path of the host, or one inside
     * @return whether there was anything to hide
     */
    boolean hide(String path, String reason) {
        Set<String> hostPaths = new HashSet<>();
        addRealPath(path, hostPaths);
        if (owner(path).orElse(null) instanceof Mount.Bind shown
                && !shown.source().equals(shown.target())) {
            addRealPath(HostPaths.join(shown.source(), HostPaths.tail(path, shown.target())), hostPaths);
        }
        boolean hidden = false;
        for (String hostPath : hostPaths) {
            for (Mount mount : mounts.values()) {
                if (mount instanceof Mount.Bind bind) {
                    hidden |= hideIn(bind, hostPath, reason);
                }
            }
        }
        return hidden;
    }

    private void addRealPath(String path, Set<String> to) {
        Optional<String> real = host.realPath(path);
        if (real.isPresent()) {
            to.add(real.get());
        }
    }

    private boolean hideIn(Mount.Bind bind, String hostPath, String reason) {
        String target;
        String hiddenOnHost;
        if (RulePath.within(hostPath, bind.source())) {
            target = HostPaths.join(bind.target(), HostPaths.tail(hostPath, bind.source()));
            hiddenOnHost = hostPath;
            if (!owner(target).equals(Optional.of(bind))) {
                return false;
            }
        } else if (RulePath.within(bind.source(), hostPath)) {
            target = bind.target();
            hiddenOnHost = bind.source();
        } else {
            return false;
        }
        boolean directory = host.kind(hiddenOnHost).equals(Optional.of(HostView.Kind.DIRECTORY));
        masks.putIfAbsent(
                target, directory ? new Mount.MaskDirectory(target, reason) : new Mount.MaskFile(target, reason));
        return true;
    }

    /** The mask that hides that path inside, if one does. */
    Optional<Mount> maskOver(String path) {
        String at = path;
        while (true) {
            Mount mask = masks.get(at);
            if (mask != null) {
                return Optional.of(mask);
            }
            if (at.equals("/")) {
                return Optional.empty();
            }
            at = HostPaths.parent(at);
        }
    }

    /** All mounts, parents before children, then the masks. */
    List<Mount> mounts() {
        List<Mount> all = new ArrayList<>(mounts.values());
        for (Mount mask : masks.values()) {
            // Below another mask there is nothing left, not even a place to mount on.
            if (mask.target().equals("/")
                    || maskOver(HostPaths.parent(mask.target())).isEmpty()) {
                all.add(mask);
            }
        }
        return all;
    }

    /** Every bind. */
    List<Mount.Bind> binds() {
        List<Mount.Bind> binds = new ArrayList<>();
        for (Mount mount : mounts.values()) {
            if (mount instanceof Mount.Bind bind) {
                binds.add(bind);
            }
        }
        return binds;
    }

    /**
     * What the host has at a path inside.
     *
     * @param path inside, links resolved
     * @param hostPath the same thing on the host, links resolved
     */
    record Visible(String path, String hostPath) {}

    /** Resolves a path as the kernel will inside; empty when it leads to nothing of the host's. */
    Optional<Visible> resolve(String path) {
        Deque<String> rest = HostPaths.components(path);
        String at = "/";
        int links = 0;
        while (!rest.isEmpty()) {
            String component = rest.pop();
            if (component.equals(".")) {
                continue;
            }
            if (component.equals("..")) {
                at = HostPaths.parent(at);
                continue;
            }
            String next = HostPaths.join(at, "/".concat(component));
            Optional<String> link = linkInside(next);
            if (link.isEmpty()) {
                at = next;
                continue;
            }
            if (++links > MOST_LINKS) {
                return Optional.empty();
            }
            if (link.get().startsWith("/")) {
                at = "/";
            }
            HostPaths.push(link.get(), rest);
        }
        if (maskOver(at).isEmpty() && owner(at).orElse(null) instanceof Mount.Bind bind) {
            return Optional.of(new Visible(at, HostPaths.join(bind.source(), HostPaths.tail(at, bind.target()))));
        }
        return Optional.empty();
    }

    private Optional<String> linkInside(String path) {
        Mount here = mounts.get(path);
        if (here instanceof Mount.Symlink link) {
            return Optional.of(link.linkTo());
        }
        if (here == null && around(path) instanceof Mount.Bind bind) {
            return host.readLink(HostPaths.join(bind.source(), HostPaths.tail(path, bind.target())));
        }
        return Optional.empty();
    }
}
