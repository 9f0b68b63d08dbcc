package dev.gleisner.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.cli.fixture.Everyone;
import dev.gleisner.cli.fixture.Result;
import dev.gleisner.cli.fixture.Site;
import dev.gleisner.cli.fixture.Who;
import dev.gleisner.ports.contract.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Real work in the sandbox, recorded and verified. */
class WorkloadTest {
    private static void verifies(Site site) {
        site.gleisner(
                        "verify",
                        "--check-files",
                        "--public-key",
                        site.publicKey().toString(),
                        site.bundle().toString())
                .run()
                .exits(0);
        assertThat(Site.failedChecks(
                        site.gleisner("verify", "--json", site.bundle().toString())
                                .run()
                                .exits(1)))
                .containsExactly("signature.trusted");
    }

    private static List<String> subjects(Site site) {
        List<String> names = new ArrayList<>();
        for (JsonNode subject : site.statement().get("subject")) {
            names.add(subject.get("name").asString());
        }
        return names;
    }

    @Everyone
    void gitCloneAndABuildWithMake(Who who) {
        Needs.tool("git");
        Needs.tool("make");
        Needs.tool("cc");
        try (Site site = Site.of(who)) {
            site.file("origin/Makefile", "CFLAGS = -O1 -Wall\nhello: main.o greet.o\n\t$(CC) -o $@ $^\n");
            site.file("origin/main.c", "void greet(void);\nint main(void) { greet(); return 0; }\n");
            site.file("origin/greet.c", "#include <stdio.h>\nvoid greet(void) { puts(\"hello\"); }\n");
            site.git("-C", "origin", "init", "-q", "-b", "main");
            site.git("-C", "origin", "add", "-A");
            site.git("-C", "origin", "commit", "-q", "-m", "first");
            Result result = site.record("sh", "-c", "git clone -q origin clone && cd clone && make -j2 && ./hello")
                    .exits(0);
            assertThat(result.out()).endsWith("hello\n");
            assertThat(subjects(site))
                    .contains("clone/hello", "clone/main.c", "clone/main.o", "clone/greet.o", "clone/.git/HEAD");
            verifies(site);
        }
    }

    @Everyone
    void aNodeScript(Who who) {
        Needs.tool("node");
        try (Site site = Site.of(who)) {
            site.file("work.js", """
                    const fs = require('fs'); const { execFileSync } = require('child_process');
                    fs.writeFileSync('out.json', JSON.stringify({ sum: [1, 2, 3].reduce((a, b) => a + b) }));
                    console.log(execFileSync('sh', ['-c', 'echo from a child']).toString().trim());
                    new (require('worker_threads').Worker)("console.log('from a worker')", { eval: true });
                    """);
            Result result = site.record("node", "work.js").exits(0);
            assertThat(result.out()).contains("from a child", "from a worker");
            assertThat(subjects(site)).containsExactly("out.json");
            verifies(site);
        }
    }

    @Everyone
    void aProgramInPython(Who who) {
        Needs.that("python3", Files.isExecutable(Path.of("/usr/bin/python3")), "there is no /usr/bin/python3");
        try (Site site = Site.of(who)) {
            site.file("work.py", """
                    import multiprocessing, subprocess, tempfile, threading
                    if __name__ == '__main__':
                        print(subprocess.check_output(['echo', 'child']).decode().strip())
                        with multiprocessing.Pool(2) as pool:
                            print(sum(pool.map(abs, range(-3, 4))))
                        with tempfile.NamedTemporaryFile() as f:
                            f.write(b'x')
                        open('out.txt', 'w').write('done')
                    """);
            assertThat(site.record("/usr/bin/python3", "work.py").exits(0).out())
                    .isEqualTo("child\n12\n");
            assertThat(subjects(site)).contains("out.txt");
            verifies(site);
        }
    }

    @Everyone
    void manyFilesAreHashed(Who who) throws IOException {
        try (Site site = Site.of(who)) {
            site.gleisner(
                            "record",
                            "--quiet",
                            "--",
                            "sh",
                            "-c",
                            "for d in $(seq 40); do mkdir -p d/$d; for f in $(seq 50); do echo $d $f > d/$d/$f; done; done")
                    .timeout(Duration.ofMinutes(2))
                    .run()
                    .exits(0);
            assertThat(subjects(site)).hasSize(2000);
            verifies(site);
            try (Stream<Path> files = Files.walk(site.project().resolve("d"))) {
                Path one = files.filter(Files::isRegularFile).findAny().orElseThrow();
                Files.writeString(one, "other");
            }
            Result changed = site.gleisner(
                            "verify",
                            "--json",
                            "--check-files",
                            "--public-key",
                            site.publicKey().toString(),
                            site.bundle().toString())
                    .run();
            assertThat(Site.failedChecks(changed.exits(1))).isEqualTo(Arrays.asList("subject.digest"));
        }
    }
}
