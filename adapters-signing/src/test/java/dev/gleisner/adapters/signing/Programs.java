package dev.gleisner.adapters.signing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the programs that our work is compared with. */
final class Programs {
    private Programs() {}

    /** What a program did. */
    record Result(int status, String output) {}

    /** Runs a program to its end, at most three minutes; both its streams are in the output. */
    static Result run(Path directory, List<String> command) throws IOException, InterruptedException {
        Path output = directory.resolve("output.txt");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        process.getOutputStream().close();
        if (!process.waitFor(3, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new IOException("still running after three minutes: " + command);
        }
        return new Result(process.exitValue(), new String(java.nio.file.Files.readAllBytes(output), UTF_8));
    }

    /** Runs a program that must succeed and gives its output. */
    static String succeed(Path directory, String... command) throws IOException, InterruptedException {
        Result result = run(directory, List.of(command));
        if (result.status() != 0) {
            throw new IOException(List.of(command) + " ended with " + result.status() + ": " + result.output());
        }
        return result.output();
    }
}
