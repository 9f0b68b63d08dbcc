package dev.gleisner.adapters.linux.seccomp;

import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** Names and numbers of the x86_64 system calls, from {@code syscalls-x86_64.tsv}. */
public final class SyscallTable {
    private static final SyscallTable X86_64 = new SyscallTable(Tsv.read("syscalls-x86_64.tsv", 2));

    private final Map<String, Integer> numbers = new HashMap<>();
    private final NavigableMap<Integer, String> names = new TreeMap<>();

    private SyscallTable(List<Tsv.Row> rows) {
        for (Tsv.Row row : rows) {
            int number = Integer.parseInt(row.at(0));
            if (numbers.put(row.at(1), number) != null || names.put(number, row.at(1)) != null) {
                throw row.wrong("name or number is there twice");
            }
        }
    }

    /** Returns the table of this architecture. */
    public static SyscallTable x86_64() {
        return X86_64;
    }

    /** Returns the number of a call, if there is one of this name. */
    public Optional<Integer> number(String name) {
        return Optional.ofNullable(numbers.get(name));
    }

    /** Returns the name of a call, if the number is given out. */
    public Optional<String> name(int number) {
        return Optional.ofNullable(names.get(number));
    }

    /** Returns all calls, by number. */
    public NavigableMap<Integer, String> names() {
        return Collections.unmodifiableNavigableMap(names);
    }

    /** Returns the highest number we know; what lies above belongs to a later kernel. */
    public int last() {
        return names.lastKey();
    }

    /**
     * Returns the name most like a misspelt one: fewest slips, then the longest common beginning, then the lower
     * number; nothing if more than half the letters would be slips.
     */
    public Optional<String> nearest(String misspelt) {
        int mostSlips = Math.max(1, misspelt.length() / 2);
        return names.values().stream()
                .filter(name -> slips(misspelt, name) <= mostSlips)
                .min(Comparator.comparingInt((String name) -> slips(misspelt, name))
                        .thenComparingInt(name -> -commonBeginning(misspelt, name)));
    }

    private static int commonBeginning(String a, String b) {
        int length = 0;
        while (length < Math.min(a.length(), b.length()) && a.charAt(length) == b.charAt(length)) {
            length++;
        }
        return length;
    }

    /** Letters added, left out, changed, or swapped with their neighbour (optimal string alignment). */
    private static int slips(String a, String b) {
        int[][] slips = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    slips[i][j] = i + j;
                    continue;
                }
                int change = slips[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                slips[i][j] = Math.min(change, 1 + Math.min(slips[i - 1][j], slips[i][j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    slips[i][j] = Math.min(slips[i][j], slips[i - 2][j - 2] + 1);
                }
            }
        }
        return slips[a.length()][b.length()];
    }
}
