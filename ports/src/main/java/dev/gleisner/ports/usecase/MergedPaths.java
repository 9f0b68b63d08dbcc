package dev.gleisner.ports.usecase;

import dev.gleisner.ports.GleisnerException;
import dev.gleisner.ports.usecase.PathRuns.Cursor;
import java.util.List;

/** Several sorted lists of paths as one; a path that is in more than one of them has the marks of all. */
final class MergedPaths extends Cursor {
    /** Those that are not at their end: a binary heap with the lowest path first. */
    private final Cursor[] heap;

    private int size;

    MergedPaths(List<Cursor> lists) throws GleisnerException {
        heap = new Cursor[lists.size()];
        for (Cursor list : lists) {
            if (list.advance()) {
                heap[size++] = list;
            }
        }
        for (int i = size / 2 - 1; i >= 0; i--) {
            sink(i);
        }
    }

    @Override
    boolean advance() throws GleisnerException {
        if (size == 0) {
            return false;
        }
        path = heap[0].path;
        marks = 0;
        while (size > 0 && heap[0].path.equals(path)) {
            marks |= heap[0].marks;
            if (!heap[0].advance()) {
                heap[0] = heap[--size];
            }
            sink(0);
        }
        return true;
    }

    private void sink(int from) {
        int at = from;
        while (2 * at + 1 < size) {
            int child = 2 * at + 1;
            if (child + 1 < size && heap[child + 1].path.compareTo(heap[child].path) < 0) {
                child++;
            }
            if (heap[at].path.compareTo(heap[child].path) <= 0) {
                return;
            }
            Cursor lower = heap[child];
            heap[child] = heap[at];
            heap[at] = lower;
            at = child;
        }
    }
}
