package dev.gleisner.ports.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gleisner.domain.event.Event;
import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.ScratchFile;
import dev.gleisner.ports.usecase.SessionActivity.Touches;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TouchedPathsTest {
    private int opened;
    private int closed;

    /** A scratch file in memory that gives few bytes at a time. */
    private class Memory implements ScratchFile {
        private byte[] content = new byte[1 << 16];
        private int size;

        @Override
        public void append(byte[] from, int length) {
            if (content.length - size < length) {
                content = Arrays.copyOf(content, 2 * (size + length));
            }
            System.arraycopy(from, 0, content, size, length);
            size += length;
        }

        @Override
        public int read(byte[] into, long offset) {
            int got = (int) Math.min(Math.max(1, into.length / 2), size - offset);
            System.arraycopy(content, (int) offset, into, 0, got);
            return got;
        }

        @Override
        public void close() {
            closed++;
        }
    }

    private TouchedPaths paths() {
        return new TouchedPaths("/p/", () -> {
            opened++;
            return new Memory();
        });
    }

    private static Map<String, Touches> inProject(TouchedPaths paths) throws GleisnerException {
        Map<String, Touches> found = new TreeMap<>();
        List<String> order = new ArrayList<>();
        paths.inProject((path, touches) -> {
            found.put(path, touches);
            order.add(path);
        });
        assertThat(order).hasSameSizeAs(found.keySet());
        assertThat(new ArrayList<>(found.keySet()).equals(order)).isTrue();
        return found;
    }

    @Test
    void tellsHowEachPathWasTouched() throws Exception {
        try (TouchedPaths paths = paths()) {
            for (Event event : List.of(
                    new Event.FileRead("/p/read"),
                    new Event.FileRead("/p/read"),
                    new Event.FileCreated("/p/made"),
                    new Event.FileWritten("/p/read"),
                    new Event.FileRenamed("/p/made", "/p/ü name"),
                    new Event.FileLinked("/p/read", "/p/link"),
                    new Event.FileDeleted("/p/gone"),
                    new Event.FileRead("/p"),
                    new Event.FileRead("/pp"),
                    new Event.ProcessExec(1, "/usr/bin/cc", List.of("cc"), false, "/p"),
                    new Event.ProcessExec(1, "cc", List.of("cc"), false, "/p"),
                    new Event.DirectoryCreated("/p/d"))) {
                paths.remember(event);
            }
            assertThat(inProject(paths))
                    .isEqualTo(Map.of(
                            "read", new Touches(true, true, false, false),
                            "made", new Touches(false, true, true, false),
                            "ü name", new Touches(false, true, false, false),
                            "link", new Touches(false, true, false, false),
                            "gone", new Touches(false, false, true, false)));
            Map<String, Touches> outside = new TreeMap<>();
            paths.outside(outside::put);
            assertThat(outside)
                    .isEqualTo(Map.of(
                            "/p", new Touches(true, false, false, false),
                            "/pp", new Touches(true, false, false, false),
                            "/usr/bin/cc", new Touches(false, false, false, true)));
        }
        assertThat(opened).isZero();
    }

    @Test
    void isTheSameWhenItSpills() throws Exception {
        Random random = new Random(7);
        Map<String, Touches> expected = new TreeMap<>();
        try (TouchedPaths paths = paths()) {
            for (int i = 0; i < 200_000; i++) {
                String path = "d" + random.nextInt(50) + "/\ud83d\ude00é" + random.nextInt(150_000);
                boolean write = random.nextBoolean();
                Touches before = expected.getOrDefault(path, new Touches(false, false, false, false));
                expected.put(path, new Touches(before.read() || !write, before.written() || write, false, false));
                paths.remember(write ? new Event.FileWritten("/p/" + path) : new Event.FileRead("/p/" + path));
            }
            assertThat(opened).isOne();
            assertThat(inProject(paths).equals(expected)).isTrue();
            assertThat(inProject(paths)).hasSameSizeAs(expected);
            paths.remember(new Event.FileRead("/p/zzz"));
            assertThat(inProject(paths)).hasSize(expected.size() + 1);
        }
        assertThat(closed).isOne();
    }

    @Test
    void mergesManyLists() throws Exception {
        PathRuns runs = new PathRuns(new Memory());
        TreeMap<String, Integer> expected = new TreeMap<>();
        Random random = new Random(11);
        for (int list = 0; list < 1000; list++) {
            TreeMap<String, Integer> sorted = new TreeMap<>();
            for (int i = 0; i < 20; i++) {
                String path = "/" + "x".repeat(random.nextInt(100) == 0 ? 30_000 : 3) + random.nextInt(5000);
                sorted.put(path, 1 << random.nextInt(4));
            }
            sorted.forEach((path, marks) -> expected.merge(path, marks, (one, other) -> one | other));
            runs.add(new Listed(sorted));
            assertThat(runs.cursors().size()).isLessThanOrEqualTo(3 * 16);
        }
        TreeMap<String, Integer> found = new TreeMap<>();
        for (PathRuns.Cursor merged = new MergedPaths(runs.cursors()); merged.advance(); ) {
            assertThat(found.put(merged.path, merged.marks)).isNull();
        }
        assertThat(found.equals(expected)).isTrue();
    }

    @Test
    void aScratchFileThatLostItsEndIsSaid() throws Exception {
        PathRuns runs = new PathRuns(new Memory() {
            @Override
            public int read(byte[] into, long offset) {
                return offset == 0 ? super.read(into, offset) : 0;
            }
        });
        runs.add(new Listed(new TreeMap<>(Map.of("/a/long/path", 1))));
        PathRuns.Cursor cursor = runs.cursors().getFirst();
        assertThatThrownBy(cursor::advance)
                .isInstanceOf(GleisnerException.StorageFailed.class)
                .hasMessageContaining("in the middle of a path");
    }

    private static final class Listed extends PathRuns.Cursor {
        private final TreeMap<String, Integer> rest;

        Listed(Map<String, Integer> marks) {
            this.rest = new TreeMap<>(marks);
        }

        @Override
        boolean advance() {
            Map.Entry<String, Integer> first = rest.pollFirstEntry();
            if (first == null) {
                return false;
            }
            path = first.getKey();
            marks = first.getValue();
            return true;
        }
    }
}
