package dev.gleisner.domain.profile;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RulePathTest {
    @ParameterizedTest
    @ValueSource(strings = {"/", "~", "/usr", "~/.m2", "/a b/c", "/...", "/ü"})
    void accepted(String path) {
        assertThat(RulePath.problem(path)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "usr",
                "./usr",
                "~user",
                "~user/x",
                "/usr/",
                "~/",
                "//usr",
                "/usr//lib",
                "/a/./b",
                "/a/..",
                "~/../x",
                "/a\nb"
            })
    void refused(String path) {
        assertThat(RulePath.problem(path)).isPresent();
    }

    @Test
    void belowMeansWholeComponents() {
        assertThat(RulePath.within("/usr/lib", "/usr")).isTrue();
        assertThat(RulePath.within("/usr", "/usr")).isTrue();
        assertThat(RulePath.within("/usrlocal", "/usr")).isFalse();
        assertThat(RulePath.within("/usr", "/usr/lib")).isFalse();
        assertThat(RulePath.within("/usr", "/")).isTrue();
        assertThat(RulePath.within("~/.m2/x", "~/.m2")).isTrue();
    }
}
