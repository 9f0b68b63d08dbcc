package dev.gleisner.adapters.signing;

import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.GleisnerException.BadInput;
import dev.gleisner.ports.GleisnerException.HostLacks;
import dev.gleisner.ports.GleisnerException.StorageFailed;
import dev.gleisner.ports.KeyRing;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A key ring in files: {@code keys/<name>.pem} to sign with, {@code trusted/<name>.pem} to believe. */
final class LocalKeyRing implements KeyRing {
    /** The key that signs when none is named. */
    static final String DEFAULT_NAME = "local";

    private static final String SUFFIX = ".pem";
    private static final int MAX_NAME = 64;

    private final Path directory;

    LocalKeyRing(Path directory) {
        this.directory = directory;
    }

    /** The ring of this process's user. */
    static LocalKeyRing ofEnvironment() throws HostLacks {
        Optional<Path> directory = KeyDirectory.ofEnvironment();
        if (directory.isEmpty()) {
            throw new HostLacks(
                    "a directory for keys",
                    "neither XDG_CONFIG_HOME nor HOME is an absolute path",
                    "set HOME, or name the key with --key");
        }
        return new LocalKeyRing(directory.get());
    }

    /** A public key and the name it has in the ring. */
    record Named(String name, PublicKey key) {}

    @Override
    public Path directory() {
        return directory;
    }

    Path signingFile(String name) {
        return directory.resolve("keys").resolve(name + SUFFIX);
    }

    private Path trustedFile(String name) {
        return directory.resolve("trusted").resolve(name + SUFFIX);
    }

    @Override
    public Entry generate(String name, Optional<char[]> passphrase) throws GleisnerException {
        check(name);
        if (Files.exists(trustedFile(name))) {
            throw new BadInput("the key " + name, "a trusted key has this name", "choose another name");
        }
        PrivateKey key = make(name, passphrase);
        return new Entry(name, key.publicKey().keyId(), true, trusts(key.publicKey()), signingFile(name));
    }

    private PrivateKey make(String name, Optional<char[]> passphrase) throws GleisnerException {
        PrivateKey key = PrivateKey.generate();
        byte[] pkcs8 = key.pkcs8();
        String text;
        if (passphrase.isPresent()) {
            if (passphrase.get().length == 0) {
                throw new BadInput("the passphrase", "it is empty", "type one, or make the key without a passphrase");
            }
            text = new Pem(PrivateKey.ENCRYPTED_LABEL, EncryptedPkcs8.encrypt(pkcs8, passphrase.get())).text()
                    + key.publicKey().pem();
        } else {
            text = new Pem(PrivateKey.LABEL, pkcs8).text();
        }
        Arrays.fill(pkcs8, (byte) 0);
        KeyFiles.makeDirectory(directory);
        if (!KeyFiles.writeNew(signingFile(name), text)) {
            throw new BadInput(
                    "the key " + name,
                    signingFile(name) + " is there already",
                    "choose another name; deleting a key makes its records unverifiable only for those who have not"
                            + " its public half");
        }
        return key;
    }

    /** The default key; made, in the clear, when it is not there. */
    KeyText defaultKey() throws GleisnerException {
        Path file = signingFile(DEFAULT_NAME);
        if (!Files.exists(file)) {
            PrivateKey key = PrivateKey.generate();
            byte[] pkcs8 = key.pkcs8();
            String text = new Pem(PrivateKey.LABEL, pkcs8).text();
            Arrays.fill(pkcs8, (byte) 0);
            KeyFiles.makeDirectory(directory);
            KeyFiles.writeNew(file, text); // false: another process was faster, and its key is as good
        }
        return KeyText.read(file);
    }

    @Override
    public List<Entry> list() throws GleisnerException {
        Map<String, PublicKey> trusted = new TreeMap<>();
        for (Named each : trusted()) {
            trusted.put(each.name(), each.key());
        }
        List<Entry> entries = new ArrayList<>();
        for (Named each : signing()) {
            String id = each.key().keyId();
            boolean believed =
                    trusted.values().stream().anyMatch(key -> key.keyId().equals(id));
            entries.add(new Entry(each.name(), id, true, believed, signingFile(each.name())));
            PublicKey sameName = trusted.get(each.name());
            if (sameName != null && sameName.keyId().equals(id)) {
                trusted.remove(each.name());
            }
        }
        trusted.forEach((name, key) -> entries.add(new Entry(name, key.keyId(), false, true, trustedFile(name))));
        entries.sort(Comparator.comparing(Entry::name));
        return List.copyOf(entries);
    }

    @Override
    public Entry trust(String publicKey, String name) throws GleisnerException {
        check(name);
        // A name in the ring wins over a file of that name in the working directory, which others may have put there.
        boolean own = valid(publicKey) && Files.exists(signingFile(publicKey));
        PublicKey key = own ? publicOf(publicKey) : readPublic(Path.of(publicKey));
        Path file = trustedFile(name);
        KeyFiles.makeDirectory(directory);
        if (!KeyFiles.writeNew(file, key.pem()) && !readPublic(file).keyId().equals(key.keyId())) {
            throw new BadInput(
                    "the name " + name,
                    "another trusted key has it: " + file,
                    "choose another name, or delete that file if the key is to be trusted no more");
        }
        boolean signing =
                Files.exists(signingFile(name)) && publicOf(name).keyId().equals(key.keyId());
        return new Entry(name, key.keyId(), signing, true, file);
    }

    @Override
    public String exportPublic(String name) throws GleisnerException {
        check(name);
        if (Files.exists(signingFile(name))) {
            return publicOf(name).pem();
        }
        if (Files.exists(trustedFile(name))) {
            return readPublic(trustedFile(name)).pem();
        }
        throw new BadInput("the key " + name, "the ring " + directory + " has none", "see gleisner key list");
    }

    /** The public keys that verification believes. */
    List<Named> trusted() throws GleisnerException {
        List<Named> found = new ArrayList<>();
        Path trusted = directory.resolve("trusted");
        for (String name : names(trusted)) {
            Path file = trustedFile(name);
            KeyFiles.refuseWritableByOthers(file);
            found.add(new Named(name, readPublic(file)));
        }
        return found;
    }

    /** The public halves of the keys that sign here. */
    List<Named> signing() throws GleisnerException {
        List<Named> found = new ArrayList<>();
        for (String name : names(directory.resolve("keys"))) {
            found.add(new Named(name, publicOf(name)));
        }
        return found;
    }

    private boolean trusts(PublicKey key) throws GleisnerException {
        return trusted().stream().anyMatch(each -> each.key().keyId().equals(key.keyId()));
    }

    private PublicKey publicOf(String name) throws GleisnerException {
        Path file = signingFile(name);
        Optional<PublicKey> key = KeyText.read(file).publicKey();
        if (key.isEmpty()) {
            throw new BadInput(
                    "the encrypted key " + file,
                    "its public half is not in the file",
                    "append it: openssl pkey -in " + file + " -pubout >> " + file);
        }
        return key.get();
    }

    /** Reads a file with one public key. */
    static PublicKey readPublic(Path file) throws GleisnerException {
        String text = KeyFiles.readPublic(file);
        try {
            return PublicKey.ofPem(text);
        } catch (DerException e) {
            throw new BadInput(
                    "the public key " + file,
                    String.valueOf(e.getMessage()),
                    "give an ECDSA P-256 public key in PEM, as gleisner key export and openssl pkey -pubout write it");
        }
    }

    private static List<String> names(Path directory) throws GleisnerException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            KeyFiles.refuseWritableByOthers(directory);
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                // A dot in front: written aside by a process that has not renamed it.
                if (name.endsWith(SUFFIX) && !name.startsWith(".")) {
                    names.add(name.substring(0, name.length() - SUFFIX.length()));
                }
            }
        } catch (NoSuchFileException _) {
            return List.of();
        } catch (IOException e) {
            throw new StorageFailed(
                    "reading the key ring " + directory, String.valueOf(e.getMessage()), "make it readable for you", e);
        }
        names.sort(Comparator.naturalOrder());
        return names;
    }

    private static void check(String name) throws BadInput {
        if (!valid(name)) {
            throw new BadInput(
                    "the key name \"" + name + "\"",
                    "a name has 1 to " + MAX_NAME + " of a-z, 0-9, '.', '_' and '-', and no dot in front",
                    "choose another name");
        }
    }

    private static boolean valid(String name) {
        if (name.isEmpty() || name.length() > MAX_NAME || name.charAt(0) == '.') {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-')) {
                return false;
            }
        }
        return true;
    }
}
