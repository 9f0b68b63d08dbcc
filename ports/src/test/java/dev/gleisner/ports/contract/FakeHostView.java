package dev.gleisner.ports.contract;

import dev.gleisner.ports.HostView;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** An invented host: say what is there, parents make themselves. Links are resolved as path_resolution(7) says. */
public final class FakeHostView implements HostView {
    private sealed interface Node {
        record File(boolean executable) implements Node {}

        record Directory() implements Node {}

        record Link(String to) implements Node {}

        record Other() implements Node {}
    }

    private final Map<String, Node> nodes = new TreeMap<>();
    private final Map<String, String> environment = new TreeMap<>();
    private int uid = 1000;
    private String userName = "user";
    private String home = "/home/user";

    /** A host without anything on it. */
    public FakeHostView() {
        nodes.put("/", new Node.Directory());
    }

    /** A host whose {@code /bin}, {@code /sbin} and {@code /lib*} are links into {@code /usr}. */
    public static FakeHostView mergedUsr() {
        return new FakeHostView()
                .link("/bin", "usr/bin")
                .link("/sbin", "usr/sbin")
                .link("/lib", "usr/lib")
                .link("/lib64", "usr/lib64")
                .common();
    }

    /** A host with directories of their own at {@code /bin}, {@code /sbin} and {@code /lib*}. */
    public static FakeHostView splitUsr() {
        return new FakeHostView()
                .directory("/sbin")
                .directory("/lib")
                .directory("/lib64")
                .program("/bin/sh")
                .program("/bin/ls")
                .common();
    }

    private FakeHostView common() {
        return directory("/usr/sbin")
                .directory("/usr/lib")
                .directory("/usr/lib64")
                .directory("/usr/local/bin")
                .program("/usr/bin/sh")
                .program("/usr/bin/git")
                .directory("/opt")
                .file("/etc/passwd")
                .file("/etc/resolv.conf")
                .file("/etc/shadow")
                .file("/etc/gshadow")
                .file("/etc/sudoers")
                .directory("/etc/sudoers.d")
                .directory("/etc/ssl/private")
                .file("/etc/ssh/ssh_host_ed25519_key")
                .directory("/tmp")
                .directory("/var/tmp")
                .directory("/run")
                .directory("/proc")
                .directory("/sys")
                .directory("/dev")
                .directory("/home/user/project/src")
                .file("/home/user/.ssh/id_ed25519")
                .file("/home/user/.aws/credentials")
                .variable("PATH", "/usr/local/bin:/usr/bin:/bin")
                .variable("HOME", "/home/user");
    }

    /** A regular file. */
    public FakeHostView file(String path) {
        return put(path, new Node.File(false));
    }

    /** A regular file that can be executed. */
    public FakeHostView program(String path) {
        return put(path, new Node.File(true));
    }

    /** A directory. */
    public FakeHostView directory(String path) {
        return put(path, new Node.Directory());
    }

    /** A symbolic link. */
    public FakeHostView link(String path, String to) {
        return put(path, new Node.Link(to));
    }

    /** A socket. */
    public FakeHostView socket(String path) {
        return put(path, new Node.Other());
    }

    /** A variable of the caller's environment. */
    public FakeHostView variable(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** The caller. */
    public FakeHostView caller(int callersUid, String name, String callersHome) {
        uid = callersUid;
        userName = name;
        home = callersHome;
        environment.put("HOME", callersHome);
        return this;
    }

    private FakeHostView put(String path, Node node) {
        int slash = path.lastIndexOf('/');
        String parent = slash == 0 ? "/" : path.substring(0, slash);
        String real = realPath(parent).orElseGet(() -> {
            directory(parent);
            return realPath(parent).orElseThrow();
        });
        nodes.put((real.equals("/") ? "" : real) + path.substring(slash), node);
        return this;
    }

    @Override
    public Optional<Kind> kind(String path) {
        return realPath(path).map(real -> switch (nodes.get(real)) {
            case Node.File _ -> Kind.FILE;
            case Node.Directory _ -> Kind.DIRECTORY;
            case Node.Other _ -> Kind.OTHER;
            case Node.Link _ -> throw new IllegalStateException("a real path is no link: " + real);
        });
    }

    @Override
    public Optional<String> realPath(String path) {
        Deque<String> rest = new ArrayDeque<>();
        push(path, rest);
        String at = "";
        int links = 0;
        while (!rest.isEmpty()) {
            String component = rest.pop();
            if (component.equals(".")) {
                continue;
            }
            if (component.equals("..")) {
                at = at.isEmpty() ? "" : at.substring(0, at.lastIndexOf('/'));
                continue;
            }
            String next = at + "/" + component;
            Node node = nodes.get(next);
            if (node instanceof Node.Link(var to)) {
                if (++links > 40) {
                    return Optional.empty();
                }
                at = to.startsWith("/") ? "" : at;
                push(to, rest);
            } else if (node == null || !rest.isEmpty() && !(node instanceof Node.Directory)) {
                return Optional.empty();
            } else {
                at = next;
            }
        }
        return Optional.of(at.isEmpty() ? "/" : at);
    }

    private static void push(String path, Deque<String> rest) {
        String[] components = path.split("/");
        for (int i = components.length - 1; i >= 0; i--) {
            if (!components[i].isEmpty()) {
                rest.push(components[i]);
            }
        }
    }

    @Override
    public Optional<String> readLink(String path) {
        int slash = path.lastIndexOf('/');
        return realPath(slash <= 0 ? "/" : path.substring(0, slash))
                .map(parent -> nodes.get((parent.equals("/") ? "" : parent) + path.substring(Math.max(slash, 0))))
                .flatMap(node -> node instanceof Node.Link(var to) ? Optional.of(to) : Optional.empty());
    }

    @Override
    public boolean executable(String path) {
        return realPath(path)
                .map(real -> nodes.get(real) instanceof Node.File(var executable) && executable)
                .orElse(false);
    }

    @Override
    public Map<String, String> environment() {
        return Map.copyOf(environment);
    }

    @Override
    public int uid() {
        return uid;
    }

    @Override
    public int gid() {
        return uid;
    }

    @Override
    public String userName() {
        return userName;
    }

    @Override
    public String home() {
        return home;
    }

    @Override
    public Optional<String> machineId() {
        return Optional.of("0123456789abcdef0123456789abcdef");
    }

    @Override
    public String kernel() {
        return "Linux 6.18.0 x86_64";
    }
}
