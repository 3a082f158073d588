package io.holdfast.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Which keys a running process cannot take over: those of {@code holdfast.vault}, and the certificate of
 * {@code holdfast.tls}. Its backups, proofs and restores have the vault open; a process that changed it between two steps
 * would write one backup into two vaults. Its port answers over HTTP or over HTTPS from its start.
 */
public final class RestartRule {
    private static final String VAULT = "holdfast.vault.";
    private static final Set<String> TLS = Set.of("holdfast.tls.cert", "holdfast.tls.key");

    private RestartRule() {}

    /** Returns a problem for each changed key that needs a restart. The list is empty if no such key changed. */
    public static List<ConfigProblem> problems(
            Path file, HoldfastConfig before, ConfigKeys beforeKeys, HoldfastConfig after, ConfigKeys afterKeys) {
        // equal values are possible, such as a default that is now written out
        boolean vault = !before.vault().equals(after.vault());
        boolean tls = !before.tls().equals(after.tls());
        return beforeKeys.changedTo(afterKeys).stream()
                .filter(key -> (vault && key.startsWith(VAULT)) || (tls && TLS.contains(key)))
                .map(key -> new ConfigProblem(
                        file.toString(),
                        afterKeys.lines().getOrDefault(key, 1),
                        1,
                        key,
                        "this key cannot change while the services run; restart all services to apply this file, or"
                                + " restore the former value"))
                .sorted(ConfigProblem.BY_PLACE)
                .toList();
    }
}
