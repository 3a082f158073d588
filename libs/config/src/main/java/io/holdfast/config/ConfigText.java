package io.holdfast.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The content of a configuration file at one moment: read once, so that digest, keys and configuration are of one content. */
public final class ConfigText {
    private final Path file;
    private final byte[] bytes;
    private final String digest;

    private ConfigText(Path file, byte[] bytes) {
        this.file = file;
        this.bytes = bytes;
        this.digest = HexFormat.of().formatHex(sha256().digest(bytes));
    }

    /**
     * Reads a file.
     *
     * @throws NoSuchFileException if there is none
     * @throws ConfigException if it cannot be read
     */
    public static ConfigText read(Path file) throws NoSuchFileException {
        try (var in = Files.newInputStream(file)) {
            return new ConfigText(file, in.readNBytes(4 * YamlParser.MAX_CHARACTERS + 1));
        } catch (NoSuchFileException e) {
            throw e;
        } catch (IOException e) {
            throw problem(
                    file,
                    "this file can't be read (" + e.getClass().getSimpleName() + "); is it a file, and readable?");
        }
    }

    /** The problem of a file that does not exist. */
    public static ConfigException missing(Path file) {
        return problem(file, "there is no such file; name it with --config FILE or " + HoldfastConfig.LOCATION);
    }

    /** SHA-256 of the content, in hex. */
    public String digest() {
        return digest;
    }

    /**
     * The configuration. No secret is read.
     *
     * @throws ConfigException with every problem of the file
     */
    public HoldfastConfig parse(Environment environment) {
        return HoldfastConfig.parse(text(), file, environment);
    }

    /**
     * The keys of the file.
     *
     * @throws ConfigException if the file is not YAML
     */
    public ConfigKeys keys() {
        ConfigProblems problems = new ConfigProblems(file.toString());
        YamlNode document = YamlParser.read(text(), problems);
        if (document == null) {
            throw problems.exception();
        }
        return ConfigKeys.of(document);
    }

    private String text() {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw problem(file, "this file is not UTF-8 text");
        }
    }

    private static ConfigException problem(Path file, String message) {
        ConfigProblems problems = new ConfigProblems(file.toString());
        problems.add(1, 1, "", message);
        return problems.exception();
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
