package io.holdfast.vault.crypto;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.proto.KeysetInfo;
import io.holdfast.vault.format.VaultJson;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.stream.IntStream;

/**
 * The part of a wrapped keyset that Tink neither encrypts nor authenticates: the ids and types of its keys. Nothing reads it,
 * but a change of it is damage of the object.
 */
final class KeysetDescription {
    private static final ObjectReader STRICT =
            VaultJson.MAPPER.reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private KeysetDescription() {}

    /** Whether the object's unencrypted parts are those of the keyset in it. */
    @SuppressWarnings("deprecation") // nothing else tells the types as the object names them
    static boolean matches(byte[] wrapped, KeysetHandle keyset) {
        try {
            JsonNode json = STRICT.readTree(new String(wrapped, StandardCharsets.UTF_8));
            return isCanonical(json.path("encryptedKeyset").asText())
                    && describes(json.path("keysetInfo"), keyset.getKeysetInfo());
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    private static boolean describes(JsonNode json, KeysetInfo keyset) {
        JsonNode keys = json.path("keyInfo");
        return json.path("primaryKeyId").asLong(-1) == Integer.toUnsignedLong(keyset.getPrimaryKeyId())
                && keys.size() == keyset.getKeyInfoCount()
                && IntStream.range(0, keys.size()).allMatch(i -> describes(keys.path(i), keyset.getKeyInfo(i)));
    }

    private static boolean describes(JsonNode json, KeysetInfo.KeyInfo key) {
        return json.path("keyId").asLong(-1) == Integer.toUnsignedLong(key.getKeyId())
                && json.path("typeUrl").asText().equals(key.getTypeUrl())
                && json.path("status").asText().equals(key.getStatus().name())
                && json.path("outputPrefixType")
                        .asText()
                        .equals(key.getOutputPrefixType().name());
    }

    /** Base64 has bits that decoders ignore. */
    private static boolean isCanonical(String base64) {
        try {
            return Base64.getEncoder()
                    .encodeToString(Base64.getDecoder().decode(base64))
                    .equals(base64);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
