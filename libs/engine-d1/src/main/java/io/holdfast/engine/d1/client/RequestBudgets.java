package io.holdfast.engine.d1.client;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** The budgets of this process, one for each token; a token is known by its digest only. */
public final class RequestBudgets {
    /** Of tokens that were rotated away only so many are remembered. */
    private static final int KEPT = 1000;

    private static final Map<String, Entry> ALL = new LinkedHashMap<>(16, 0.75f, true);

    private record Entry(String account, RequestBudget budget) {}

    private RequestBudgets() {}

    static RequestBudget of(String token, D1Address address, InstantSource clock) {
        String key = address.endpoint() + " " + digest(token);
        synchronized (ALL) {
            Entry entry = ALL.computeIfAbsent(key, made -> new Entry(address.account(), new RequestBudget(clock)));
            if (ALL.size() > KEPT) {
                ALL.remove(ALL.keySet().iterator().next());
            }
            return entry.budget();
        }
    }

    /** Requests that could be made at once, by account; of several tokens of one account the fewest. */
    public static Map<String, Integer> remaining() {
        Map<String, Integer> remaining = new TreeMap<>();
        synchronized (ALL) {
            ALL.values()
                    .forEach(entry ->
                            remaining.merge(entry.account(), entry.budget().remaining(), Math::min));
        }
        return remaining;
    }

    private static String digest(String token) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha.digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
