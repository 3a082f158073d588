package io.holdfast.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** The known word nearest to a mistyped one, by optimal string alignment distance (Damerau-Levenshtein without overlaps). */
public final class NameSuggestion {
    private static final int MAX_LENGTH = 100;

    private NameSuggestion() {}

    public static Optional<String> of(String typed, Collection<String> known) {
        String word = plain(typed.length() > MAX_LENGTH ? "" : typed);
        return known.stream()
                .filter(candidate -> distance(word, plain(candidate)) <= Math.max(1, candidate.length() / 3))
                .min(Comparator.<String>comparingInt(candidate -> distance(word, plain(candidate)))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** {@code ; did you mean "x"?}, or {@code ; <otherwise>a, b, c} if nothing is near. */
    static String hint(String typed, Collection<String> known, String otherwise) {
        return of(typed, known)
                .map(near -> "; did you mean \"" + near + "\"?")
                .orElse(known.isEmpty() ? "" : "; " + otherwise + String.join(", ", known));
    }

    /** {@code ; did you mean "x"?}, or nothing. */
    static String hint(String typed, Collection<String> known) {
        return of(typed, known).map(near -> "; did you mean \"" + near + "\"?").orElse("");
    }

    // accessKey and access_key are access-key
    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replaceAll("[-_. ]", "");
    }

    static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                d[i][j] = i == 0 || j == 0 ? i + j : step(a, b, d, i, j);
            }
        }
        return d[a.length()][b.length()];
    }

    private static int step(String a, String b, int[][] d, int i, int j) {
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int best = Math.min(d[i - 1][j - 1] + change, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
        boolean swapped = i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
        return swapped ? Math.min(best, d[i - 2][j - 2] + 1) : best;
    }
}
