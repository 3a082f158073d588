package io.holdfast.vault.format;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.vault.store.ObjectStore;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@code vault.json}: says in the clear what the rest is. */
public record VaultHeader(int format, UUID id, Instant createdAt, Map<String, String> algorithms) {
    static final int FORMAT = 1;
    private static final int LARGEST = 64 << 10;
    private static final Map<String, String> ALGORITHMS = Map.of(
            "chunkId", "HMAC-SHA256 over source id, format, length, NH-128",
            "compression", "zstd",
            "encryption", "Tink AES256-GCM",
            "signature", "Tink Ed25519");

    public VaultHeader {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(createdAt, "createdAt");
        algorithms = Map.copyOf(algorithms);
    }

    public static VaultHeader fresh(Instant now) {
        return new VaultHeader(FORMAT, UUID.randomUUID(), now, ALGORITHMS);
    }

    public static Optional<VaultHeader> read(ObjectStore store) {
        return store.get(VaultLayout.VAULT, 0, LARGEST + 1).map(bytes -> parse(bytes, store.describe()));
    }

    public byte[] bytes() {
        try {
            return VaultJson.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(this);
        } catch (IOException e) {
            throw new IllegalStateException("vault.json cannot be written", e);
        }
    }

    private static VaultHeader parse(byte[] bytes, String where) {
        if (bytes.length > LARGEST) {
            throw unknown(where, "a vault.json of more than " + LARGEST + " bytes", null);
        }
        try {
            var json = VaultJson.MAPPER.readTree(bytes);
            int format = json.path("format").asInt(0);
            if (format != FORMAT) {
                throw unknown(where, "format " + json.path("format").asText("?"), null);
            }
            VaultHeader header = VaultJson.MAPPER.treeToValue(json, VaultHeader.class);
            if (!header.algorithms.equals(ALGORITHMS)) {
                throw unknown(where, "algorithms " + header.algorithms, null);
            }
            return header;
        } catch (IOException | NullPointerException e) {
            throw unknown(where, "an invalid vault.json", e);
        }
    }

    private static HoldfastException unknown(String where, String what, @Nullable Throwable cause) {
        String message = "vault " + where + ": " + what + " is unknown to this version, which knows format " + FORMAT
                + "; use the version of Holdfast that wrote it, or a newer one";
        return cause == null
                ? HoldfastException.of(FailureCode.VAULT_UNKNOWN_FORMAT, message)
                : HoldfastException.of(FailureCode.VAULT_UNKNOWN_FORMAT, message, cause);
    }
}
