package io.holdfast.vault.crypto;

import com.google.crypto.tink.Parameters;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import com.google.crypto.tink.prf.PredefinedPrfParameters;
import com.google.crypto.tink.signature.PredefinedSignatureParameters;
import java.util.Arrays;
import java.util.List;

/** What the vault has keys for. */
public enum KeysetType {
    /** First: who wins this one writes the others, so two keys can never share a vault. */
    CHUNK_ID("chunk-id", PredefinedPrfParameters.HMAC_SHA256_PRF),
    DATA("data", PredefinedAeadParameters.AES256_GCM),
    SIGNING("signing", PredefinedSignatureParameters.ED25519);

    static {
        VaultKeys.register();
    }

    private final String file;
    private final Parameters parameters;

    KeysetType(String file, Parameters parameters) {
        this.file = file;
        this.parameters = parameters;
    }

    /** The name of a version's object; the first has none. */
    String name(int version) {
        return version == 1 ? file : file + "." + version;
    }

    /** Which version a name says, 0 if it is not of this keyset. */
    int version(String name) {
        if (name.equals(file)) {
            return 1;
        }
        return name.matches(file + "\\.[1-9][0-9]{0,8}") ? Integer.parseInt(name.substring(file.length() + 1)) : 0;
    }

    /** The latest version's number among these names, 0 if there is none. */
    int latest(List<String> names) {
        return names.stream().mapToInt(this::version).max().orElse(0);
    }

    /** Whose object it is that has this name. */
    static KeysetType of(String name) {
        return Arrays.stream(values())
                .filter(keyset -> keyset.version(name) > 0)
                .findFirst()
                .orElseThrow();
    }

    Parameters parameters() {
        return parameters;
    }
}
