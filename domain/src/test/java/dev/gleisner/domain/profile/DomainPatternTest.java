package dev.gleisner.domain.profile;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DomainPatternTest {
    @ParameterizedTest
    @ValueSource(strings = {"example.org", "*.example.org", "*.example.org:443", "a", "1a.b2", "xn--bcher-kva.example"})
    void accepted(String pattern) {
        assertThat(DomainPattern.problem(pattern)).isEmpty();
    }

    /** Attacks E14, E15 and E16: one spelling of each name, no address in any notation, nothing that means everything. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*",
                "*.",
                "*.com",
                "*.*.com",
                "x*.example.org",
                "example.org.",
                ".example.org",
                "a..b",
                "Example.org",
                "127.0.0.1",
                "2130706433",
                "[::1]",
                "::1",
                "::ffff:127.0.0.1",
                "example.org%00",
                "example.org\r\n",
                "user@example.org",
                "http://example.org",
                "example.org/",
                "example.org:",
                "example.org:0",
                "example.org:99999",
                "example.org:+80",
                "-a.org",
                "a-.org",
                "a_b.org",
                "ex\u0430mple.org",
                "localhost"
            })
    void refused(String pattern) {
        assertThat(DomainPattern.problem(pattern)).isPresent();
    }

    @Test
    void lengthsOfRfc1035() {
        assertThat(DomainPattern.problem("a".repeat(63) + ".org")).isEmpty();
        assertThat(DomainPattern.problem("a".repeat(64) + ".org")).isPresent();
        assertThat(DomainPattern.problem("a.".repeat(126) + "a")).isEmpty();
        assertThat(DomainPattern.problem("a.".repeat(127) + "a")).isPresent();
    }
}
