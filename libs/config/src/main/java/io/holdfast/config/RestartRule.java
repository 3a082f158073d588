package io.holdfast.config;

import java.nio.file.Path;
import java.util.List;

/**
 * Which keys a running process cannot take over: those of {@code holdfast.vault}. Its backups, proofs and restores have
 * the vault open; a process that changed it between two steps would write one backup into two vaults.
 */
public final class RestartRule {
    private static final String VAULT = "holdfast.vault";

    private RestartRule() {}

    /** Returns a problem for each changed key that needs a restart. The list is empty if no such key changed. */
    public static List<ConfigProblem> problems(
            Path file, HoldfastConfig before, ConfigKeys beforeKeys, HoldfastConfig after, ConfigKeys afterKeys) {
        if (before.vault().equals(after.vault())) {
            return List.of(); // such as a default that is now written out
        }
        return beforeKeys.changedTo(afterKeys).stream()
                .filter(key -> key.startsWith(VAULT + "."))
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
