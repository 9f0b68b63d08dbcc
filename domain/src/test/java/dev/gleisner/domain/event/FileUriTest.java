package dev.gleisner.domain.event;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileUriTest {
    @ParameterizedTest
    @CsvSource({
        "/usr/lib/libc.so.6, file:///usr/lib/libc.so.6",
        "/a b/100%/#?, file:///a%20b/100%25/%23%3F",
        "/\u00e4, file:///%C3%A4",
        "/\\xff, file:///%FF",
        "/\\\\, file:///%5C",
        "/cut \\x, file:///cut%20%5Cx"
    })
    void bytesOfTheNameAreEncoded(String path, String uri) {
        assertThat(FileUri.of(path)).isEqualTo(uri);
    }
}
