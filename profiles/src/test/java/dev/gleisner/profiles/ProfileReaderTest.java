package dev.gleisner.profiles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gleisner.domain.profile.DependencyDetail;
import dev.gleisner.domain.profile.Layer;
import dev.gleisner.domain.profile.Profile;
import dev.gleisner.domain.profile.Requirement;
import dev.gleisner.domain.profile.Rule;
import dev.gleisner.domain.profile.SeccompPolicy;
import dev.gleisner.ports.GleisnerException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProfileReaderTest {
    private static final String START = """
            name = "mine"
            description = "for a test"
            """;
    private static final String RESOURCES = """
            [resources]
            max_memory_mb = 1024
            max_cpu_percent = 100
            max_pids = 64
            max_file_descriptors = 256
            max_disk_write_mb = 100
            """;
    private static final String MINIMAL = START + """
            [filesystem]
            [network]
            default = "deny"
            [process]
            """ + RESOURCES;

    private static Profile read(String toml) throws GleisnerException {
        return ProfileReader.read(toml.getBytes(StandardCharsets.UTF_8), "mine", "mine.toml", "test");
    }

    private static String refusal(String toml) {
        GleisnerException.BadInput refused = catchThrowableOfType(GleisnerException.BadInput.class, () -> read(toml));
        assertThat(refused).as("nothing is wrong with %s", toml).isNotNull();
        assertThat(refused.fix()).isNotBlank();
        return refused.getMessage();
    }

    @Test
    void whatIsLeftOutGetsTheStricterMeaning() throws GleisnerException {
        Profile profile = read(MINIMAL);
        assertThat(profile.network().allow().value()).isFalse();
        assertThat(profile.network().allowDns().value()).isFalse();
        assertThat(profile.process().pidNamespace().value()).isTrue();
        assertThat(profile.process().noNewPrivileges().value()).isTrue();
        assertThat(profile.process().seccomp().value())
                .isEqualTo(new SeccompPolicy(SeccompPolicy.Preset.BASELINE, SeccompPolicy.Action.ERRNO, List.of()));
        assertThat(profile.plugins().skipPermissions().value()).isFalse();
        assertThat(profile.layers().values()).extracting(Rule::value).containsOnly(Requirement.REQUIRED);
    }

    @Test
    void aReasonIsThatOfTheItemElseOfTheListElseOfTheTable() throws GleisnerException {
        Profile profile = read(MINIMAL.replace("[filesystem]", """
                [filesystem]
                reason = "table"
                readonly_bind = ["/usr", { value = "/opt", reason = "item" }]
                tmpfs = { value = ["/tmp", { value = "/run", reason = "item" }], reason = "list" }
                """));
        assertThat(profile.filesystem().readonlyBind())
                .containsExactly(new Rule<>("/usr", "table"), new Rule<>("/opt", "item"));
        assertThat(profile.filesystem().tmpfs())
                .containsExactly(new Rule<>("/tmp", "list"), new Rule<>("/run", "item"));
    }

    @Test
    void extraMountsHaveTheirOwnForm() throws GleisnerException {
        Profile profile = read(MINIMAL.replace("[filesystem]", """
                [filesystem]
                extra_bind_mounts = [
                    { host = "~/a", container = "/b", readonly = false, reason = "r" },
                    { host = "/c", container = "/d" },
                ]
                """));
        assertThat(profile.filesystem().extraBindMounts())
                .containsExactly(
                        new Rule<>(new Profile.BindMount("~/a", "/b", false), "r"),
                        new Rule<>(new Profile.BindMount("/c", "/d", true), ""));
    }

    @Test
    void allMistakesAreToldInOneRunWithTheirPlaces() {
        String refusal = refusal("""
                name = "other"
                descripton = "typo"
                [filesystem]
                readonly_bnd = []
                deny = "~/.ssh"
                [network]
                default = "denny"
                [process]
                pid_namespace = "yes"
                [resources]
                max_memory_mb = 0
                max_cpu_percent = 100
                max_pids = 1.5
                max_file_descriptors = 256
                [layers]
                landlok = "off"
                """);
        assertThat(refusal)
                .contains("mine.toml:1:1: name is \"other\"")
                .contains("mine.toml:1:1: the key \"description\" is missing")
                .contains("mine.toml:2:1: unknown key \"descripton\"; did you mean \"description\"?")
                .contains("mine.toml:4:1: unknown key \"readonly_bnd\" in filesystem; did you mean \"readonly_bind\"?")
                .contains("mine.toml:5:1: deny is a text; it must be a list")
                .contains("mine.toml:7:1: default is \"denny\"; it must be one of deny, allow; did you mean \"deny\"?")
                .contains("mine.toml:9:1: pid_namespace is a text; it must be true or false")
                .contains("mine.toml:11:1: max_memory_mb is 0; it must be from 1 to")
                .contains("mine.toml:13:1: max_pids is a fraction; it must be a whole number")
                .contains("mine.toml:10:1: the key \"max_disk_write_mb\" is missing in resources")
                .contains("mine.toml:16:1: unknown key \"landlok\" in layers; did you mean \"landlock\"?")
                .contains("has 11 mistakes");
    }

    @Test
    void aMisspelledTableIsAMistakeTwice() {
        assertThat(refusal(MINIMAL.replace("[network]", "[netwrok]")))
                .contains("unknown table \"netwrok\"; did you mean \"network\"?")
                .contains("the table [network] is missing");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "readonly_bind = [\"usr\"]                           | relative",
                "readonly_bind = [\"/usr/../etc\"]                   | component \"..\"",
                "readonly_bind = [\"/usr/./lib\"]                    | component \".\"",
                "readonly_bind = [\"/usr/\"]                         | ends with a slash",
                "readonly_bind = [\"/usr//lib\"]                     | two slashes",
                "readonly_bind = [\"/\"]                             | whole host",
                "readwrite_bind = [\"~\"]                            | private and empty",
                "readonly_bind = [\"~root/x\"]                       | only the caller's own home",
                "readonly_bind = [\"/proc/1\"]                       | of its own",
                "tmpfs = [\"/dev/shm\"]                              | of its own",
                "readonly_bind = [\"\"]                              | empty",
                "readonly_bind = [\"/a\\u0000b\"]                    | control characters",
                "readonly_bind = [\"/usr\", \"/usr\"]                | twice",
                "readonly_bind = [7]                                 | must be a text",
                "readonly_bind = [{ value = \"/usr\", why = \"x\" }] | unknown key \"why\"",
                "readonly_bind = [{ reason = \"x\" }]                | no \"value\"",
                "readonly_bind = [{ value = \"/a\", reason = \"\" }] | reason is empty",
                "extra_bind_mounts = [{ host = \"/a\" }]             | \"container\" is missing",
                "extra_bind_mounts = [{ host = \"/a\", container = \"/b\", mode = 1 }] | unknown key \"mode\"",
                "extra_bind_mounts = [\"/a\"]                        | must be a table"
            })
    void wrongFileRules(String rule, String message) {
        assertThat(refusal(MINIMAL.replace("[filesystem]", "[filesystem]\n" + rule)))
                .contains(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "readonly_bind = [\"/a\"]; readwrite_bind = [\"/a\"]  | in readwrite_bind and in readonly_bind",
                "readonly_bind = [\"/a\"]; deny = [\"/a\"]            | is hidden by",
                "readwrite_bind = [\"~/.a/b\"]; deny = [\"~/.a\"]     | is hidden by",
                "tmpfs = [\"/a\"]; readonly_bind = [\"/a\"]           | in tmpfs and in readonly_bind",
                "tmpfs = [\"/a\"]; deny = [\"/a\"]                    | is hidden by"
            })
    void contradictingFileRules(String rules, String message) {
        assertThat(refusal(MINIMAL.replace("[filesystem]", "[filesystem]\n" + rules.replace(';', '\n'))))
                .contains(message);
    }

    /** Attack E16: an empty or careless pattern must not come to mean everything. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*",
                "*.com",
                "a*.example.org",
                "*.*.org",
                "https://example.org",
                "example.org/x",
                "EXAMPLE.org",
                "example.org.",
                ".example.org",
                "a..b",
                "-a.org",
                "a-.org",
                "127.0.0.1",
                "0x7f.1",
                "::1",
                "localhost",
                "example.org:0",
                "example.org:65536",
                "example.org:080",
                "example.org:",
                "user@example.org",
                "exa mple.org",
                "bücher.example"
            })
    void domainsThatAreRefused(String domain) {
        refusal(MINIMAL.replace(
                "default = \"deny\"", "default = \"deny\"\nallow_dns = true\nallow_domains = [\"" + domain + "\"]"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"example.org", "*.example.org", "example.org:8443", "gitlab", "xn--bcher-kva.example", "0x7f.a1"
            })
    void domainsThatAreAccepted(String domain) throws GleisnerException {
        Profile profile = read(MINIMAL.replace(
                "default = \"deny\"", "default = \"deny\"\nallow_dns = true\nallow_domains = [\"" + domain + "\"]"));
        assertThat(Rule.values(profile.network().allowDomains())).containsExactly(domain);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "default = \"allow\"; allow_domains = [\"example.org\"]  | limits nothing",
                "default = \"deny\"; allow_domains = [\"example.org\"]   | cannot be resolved",
                "default = \"deny\"; allow_ports = [0]                   | from 1 to 65535",
                "default = \"deny\"; allow_ports = [65536]               | from 1 to 65535",
                "default = \"deny\"; allow_ports = [\"443\"]             | whole number",
                "default = true                                          | must be a text"
            })
    void wrongNetworkRules(String rules, String message) {
        assertThat(refusal(MINIMAL.replace("default = \"deny\"", rules.replace(';', '\n'))))
                .contains(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pid_namespace = false                 | pid_namespace = \"required\"  | contradicts pid_namespace = false",
                "pid_namespace = true                  | pid_namespace = \"off\"       | contradicts pid_namespace = true",
                "no_new_privileges = false             | landlock = \"required\"       | contradicts the layer capabilities",
                "seccomp = { preset = \"disabled\" }   | seccomp = \"best-effort\"     | contradicts preset",
                "seccomp = { preset = \"nodejs\" }     | seccomp = \"off\"             | contradicts preset",
                "seccomp = { preset = \"custom\" }     | landlock = \"required\"       | lets nothing start",
                "seccomp = { allow_syscalls = [\"a b\"] } | landlock = \"required\"    | cannot be the name of a system call",
                "command_allowlist = [\"\"]            | landlock = \"required\"       | is empty",
                "command_allowlist = [\"bin/x\"]       | landlock = \"required\"       | relative",
                "pid_namespace = true                  | network_namespace = \"off\"   | contradicts default",
                "pid_namespace = true                  | landlock = \"never\"          | must be one of"
            })
    void contradictionsWithLayers(String process, String layers, String message) {
        assertThat(refusal(MINIMAL.replace("[process]", "[process]\n" + process) + "[layers]\n" + layers))
                .contains(message);
    }

    @Test
    void aSwitchDecidesItsLayerWhenLayersDoesNot() throws GleisnerException {
        Profile profile = read(MINIMAL.replace("\"deny\"", "\"allow\"")
                .replace("[process]", "[process]\npid_namespace = false\nseccomp = { preset = \"disabled\" }"));
        assertThat(profile.layers().get(Layer.NETWORK_NAMESPACE).value()).isEqualTo(Requirement.OFF);
        assertThat(profile.layers().get(Layer.PID_NAMESPACE).value()).isEqualTo(Requirement.OFF);
        assertThat(profile.layers().get(Layer.SECCOMP).value()).isEqualTo(Requirement.OFF);
        assertThat(profile.layers().get(Layer.LANDLOCK).value()).isEqualTo(Requirement.REQUIRED);
    }

    @Test
    void agentsDirectoriesAndNamesAreCheckedToo() {
        assertThat(refusal(MINIMAL.replace("[filesystem]", "[filesystem]\ndeny = [\"~/.a\"]")
                        + "[plugins]\nadd_dirs = [\"~/.a/b\"]\nmcp_network_domains = [\"example.org\"]"))
                .contains("is hidden by")
                .contains("reaches nothing");
    }

    @Test
    void whatARecordMayShow() throws GleisnerException {
        assertThat(read(MINIMAL).recording()).isEqualTo(Profile.Recording.DEFAULT);
        Profile.Recording recording = read(MINIMAL + """

                [record]
                reason = "ours"
                redact = ["CORP_*", { value = "ticket-????", reason = "names of customers" }]
                environment = ["LANG"]
                dependencies = "hashed"
                """).recording();
        assertThat(recording.redact())
                .containsExactly(new Rule<>("CORP_*", "ours"), new Rule<>("ticket-????", "names of customers"));
        assertThat(recording.environment()).containsExactly(new Rule<>("LANG", "ours"));
        assertThat(recording.dependencies()).isEqualTo(new Rule<>(DependencyDetail.HASHED, "ours"));
        assertThat(refusal(MINIMAL + """

                [record]
                redact = ["**"]
                environment = ["1X", "PATH="]
                dependencies = "all"
                """))
                .contains(
                        "would leave nothing to read", "\"1X\" in environment", "\"PATH=\"", "grouped, listed, hashed");
    }

    @Test
    void brokenTomlIsToldWithItsPlace() {
        assertThat(refusal("name = \n[filesystem\n")).contains("mine.toml:1:");
    }

    @Test
    void keysThatAreThereTwiceAreRefused() {
        assertThat(refusal(MINIMAL + "max_pids = 1\n")).contains("max_pids");
    }

    @Test
    void tooLargeAndNotTextAreRefused() {
        assertThat(refusal("#".repeat(ProfileReader.LARGEST_BYTES + 1))).contains("bytes");
        assertThat(catchThrowableOfType(
                        GleisnerException.BadInput.class,
                        () -> ProfileReader.read(new byte[] {(byte) 0xff}, "mine", "mine.toml", "test")))
                .hasMessageContaining("UTF-8");
    }

    @Test
    void aGreatManyMistakesAreCounted() {
        assertThat(refusal(MINIMAL + "a = 1\n".indent(0) + keys(80))).contains("more");
    }

    private static String keys(int count) {
        StringBuilder keys = new StringBuilder();
        for (int i = 0; i < count; i++) {
            keys.append("zzz").append(i).append(" = 1\n");
        }
        return keys.toString();
    }
}
