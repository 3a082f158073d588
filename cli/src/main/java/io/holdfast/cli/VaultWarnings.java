package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** What should worry people about the vault, as backup-service tells of it. */
final class VaultWarnings {
    private VaultWarnings() {}

    static List<String> of(JsonNode vault) {
        List<String> warnings = new ArrayList<>();
        if (!vault.path("escrow").isObject()) {
            warnings.add("no copy of the vault's key is confirmed: key "
                    + vault.path("keyId").asText()
                    + ", without which no backup can be read; ./holdfast vault keys escrow --help");
        }
        vault.path("lacks").forEach(lack -> warnings.add("vault: " + lack.asText()));
        vault.path("sweeps")
                .forEach(sweep -> sweep.path("obstacles")
                        .forEach(obstacle -> warnings.add(
                                "vault: source " + sweep.path("source").asText() + " is not swept and only grows: "
                                        + obstacle.asText())));
        return warnings;
    }
}
