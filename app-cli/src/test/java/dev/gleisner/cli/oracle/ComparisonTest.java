package dev.gleisner.cli.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.cli.fixture.Site;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The comparison itself finds what is missing, wrong or made up. */
class ComparisonTest {
    private static final String DONE = "1\tintroduce\t0\t/r/who.1\n1\tmkdir\t0\t/r/d\n1\trename\t0\t/r/a%0A\t/r/b\\\n";
    private static final String WHO = "{\"type\":\"file.create\",\"path\":\"/r/who.1\",\"pid\":100}";
    private static final String MADE = "{\"type\":\"directory.create\",\"path\":\"/r/d\",\"pid\":100}";
    private static final String RENAMED =
            "{\"type\":\"file.rename\",\"path\":\"/r/a\\n\",\"newPath\":\"/r/b\\\\\\\\\",\"pid\":100}";

    private static List<String> differences(int lost, String... lines) {
        List<JsonNode> log = new ArrayList<>();
        for (String line : lines) {
            log.add(Site.json(line));
        }
        JsonNode report = Site.json("{\"lost\":" + lost + ",\"attachedBeforeRelease\":true,\"events\":" + log.size()
                + ",\"truncated\":0,\"note\":\"\"}");
        return Comparison.differences(
                Sense.EBPF, "/r", Action.all(DONE.getBytes(StandardCharsets.ISO_8859_1)), new AuditLog(log, report));
    }

    @Test
    void aTrueLogHasNoDifferences() {
        assertThat(differences(0, WHO, MADE, RENAMED)).isEmpty();
    }

    @Test
    void whatIsMissingIsFound() {
        assertThat(differences(0, WHO, RENAMED)).singleElement().asString().contains("missing", "/r/d");
        assertThat(differences(1, WHO, MADE, RENAMED))
                .singleElement()
                .asString()
                .contains("lost");
    }

    @Test
    void whatIsWrongIsFound() {
        assertThat(differences(0, WHO, MADE.replace("100", "101"), RENAMED)).hasSize(2);
        assertThat(differences(0, WHO, MADE.replace("/r/d", "/r/e"), RENAMED)).hasSize(2);
        assertThat(differences(0, WHO, MADE.replace("}", ",\"errno\":\"EACCES\"}"), RENAMED))
                .hasSize(2);
    }

    @Test
    void whatIsMadeUpIsFound() {
        assertThat(differences(0, WHO, MADE, MADE, RENAMED))
                .singleElement()
                .asString()
                .contains("too often");
        assertThat(differences(0, WHO, MADE, RENAMED, MADE.replace("/r/d", "/r/never")))
                .singleElement()
                .asString()
                .contains("never done");
    }
}
