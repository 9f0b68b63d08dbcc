package dev.gleisner.profiles;

import dev.gleisner.domain.profile.Profile;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.ProfileSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Looks a name up in the user's directory, then the system's, then among the bundled profiles: who is nearer to the
 * user wins, and what that hides is listed. The working directory is never looked at for a name: a repository must not
 * choose the sandbox it is put in.
 */
final class FileProfileSource implements ProfileSource {
    private static final String ENDING = ".toml";

    /** Where profiles may lie, the nearest to the user first. */
    private final List<Path> directories;

    FileProfileSource(List<Path> directories) {
        this.directories = List.copyOf(directories);
    }

    /** The source with the directories of this host and this user. */
    static FileProfileSource ofThisHost() {
        return new FileProfileSource(List.of(
                userConfig().resolve("gleisner/profiles"),
                Path.of("/etc/gleisner/profiles"),
                Path.of("/usr/share/gleisner/profiles")));
    }

    /**
     * The base directory for the user's configuration.
     *
     * @spec https://specifications.freedesktop.org/basedir-spec/latest/ XDG Base Directory Specification: a relative
     *     path in the variable is ignored
     */
    private static Path userConfig() {
        String config = System.getenv("XDG_CONFIG_HOME");
        if (config != null && config.startsWith("/")) {
            return Path.of(config);
        }
        String home = System.getenv("HOME");
        return Path.of(home != null && home.startsWith("/") ? home : System.getProperty("user.home"), ".config");
    }

    @Override
    public List<Entry> list() throws GleisnerException {
        Map<String, List<Path>> files = new TreeMap<>();
        for (String bundled : BundledProfiles.NAMES) {
            files.put(bundled, new ArrayList<>());
        }
        for (Path directory : directories) {
            for (Path file : profilesIn(directory)) {
                files.computeIfAbsent(nameOf(file), _ -> new ArrayList<>()).add(file);
            }
        }
        List<Entry> entries = new ArrayList<>();
        for (Map.Entry<String, List<Path>> each : files.entrySet()) {
            List<String> origins = new ArrayList<>();
            for (Path file : each.getValue()) {
                origins.add(file.toString());
            }
            if (BundledProfiles.NAMES.contains(each.getKey())) {
                origins.add(BundledProfiles.ORIGIN);
            }
            entries.add(new Entry(
                    each.getKey(), describe(each.getKey()), origins.getFirst(), origins.subList(1, origins.size())));
        }
        return entries;
    }

    private String describe(String name) {
        try {
            return load(name).description();
        } catch (GleisnerException e) {
            return "cannot be used: " + e.getMessage();
        }
    }

    private static List<Path> profilesIn(Path directory) throws GleisnerException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                String file = String.valueOf(entry.getFileName());
                if (file.endsWith(ENDING) && isName(file.substring(0, file.length() - ENDING.length()))) {
                    files.add(entry);
                }
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (IOException e) {
            throw unreadable(directory, e);
        }
        return files;
    }

    @Override
    public Profile load(String nameOrFile) throws GleisnerException {
        if (isFile(nameOrFile)) {
            return read(Path.of(nameOrFile));
        }
        Optional<Path> file = find(nameOrFile);
        if (file.isPresent()) {
            return parse(file.get());
        }
        return BundledProfiles.load(nameOrFile);
    }

    @Override
    public Profile read(Path file) throws GleisnerException {
        return parse(file);
    }

    @Override
    public String text(String nameOrFile) throws GleisnerException {
        Optional<Path> file = isFile(nameOrFile) ? Optional.of(Path.of(nameOrFile)) : find(nameOrFile);
        return new String(
                file.isPresent() ? bytes(file.get()) : BundledProfiles.toml(nameOrFile), StandardCharsets.UTF_8);
    }

    /** The file of that name; empty when it is a bundled profile and no file hides it. */
    private Optional<Path> find(String name) throws GleisnerException {
        if (!isName(name)) {
            throw new GleisnerException.BadInput(
                    "\"" + name + "\" cannot be the name of a profile",
                    "a name has lower-case letters, digits, hyphens, dots and underscores, and starts with a letter"
                            + " or digit",
                    "to name a file write its path, such as ./" + (name.isEmpty() ? "profile" : "my") + ENDING);
        }
        for (Path directory : directories) {
            Path file = directory.resolve(name + ENDING);
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                FileTrust.check(directory);
                FileTrust.check(file);
                return Optional.of(file);
            }
        }
        if (!BundledProfiles.NAMES.contains(name)) {
            throw unknown(name);
        }
        return Optional.empty();
    }

    private GleisnerException unknown(String name) throws GleisnerException {
        List<String> names = new ArrayList<>();
        for (Entry entry : list()) {
            names.add(entry.name());
        }
        return new GleisnerException.BadInput(
                "there is no profile \"" + name + "\"" + NearestName.suggestion(name, names),
                "there are " + String.join(", ", names),
                "use one of these names, or name a file by its path, such as ./" + name + ENDING);
    }

    private static Profile parse(Path file) throws GleisnerException {
        return ProfileReader.read(
                bytes(file),
                nameOf(file),
                file.toString(),
                file.toAbsolutePath().toString());
    }

    /** At most one byte more than a profile may have, so that the reader sees that it is too large. */
    private static byte[] bytes(Path file) throws GleisnerException {
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new GleisnerException.BadInput(
                    "cannot read profile " + file, "it is not a regular file", "name a TOML file");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(ProfileReader.LARGEST_BYTES + 1);
        } catch (NoSuchFileException e) {
            throw new GleisnerException.BadInput(
                    "cannot read profile " + file,
                    "there is no such file",
                    "check the path, or name a profile that `gleisner profile list` shows");
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static GleisnerException unreadable(Path path, IOException cause) {
        return new GleisnerException.StorageFailed(
                "cannot read " + path,
                cause.getClass().getSimpleName() + ": " + cause.getMessage(),
                "make it readable for you, or take it out of the way",
                cause);
    }

    private static boolean isFile(String nameOrFile) {
        return nameOrFile.indexOf('/') >= 0 || nameOrFile.endsWith(ENDING);
    }

    /** The file's name without its ending. */
    private static String nameOf(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.endsWith(ENDING) ? name.substring(0, name.length() - ENDING.length()) : name;
    }

    private static boolean isName(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean word = c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
            if (!word && (i == 0 || c != '-' && c != '_' && c != '.')) {
                return false;
            }
        }
        return !name.isEmpty() && name.length() <= 64;
    }
}
