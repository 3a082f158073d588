package io.holdfast.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.IVersionProvider;

/** The version of the build, as Maven wrote it into {@code version.txt}. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() throws IOException {
        try (InputStream text = Version.class.getResourceAsStream("version.txt")) {
            if (text == null) {
                throw new IOException("version.txt is missing next to " + Version.class.getName() + "; build again");
            }
            return new String[] {"holdfast " + new String(text.readAllBytes(), StandardCharsets.UTF_8).strip()};
        }
    }
}
