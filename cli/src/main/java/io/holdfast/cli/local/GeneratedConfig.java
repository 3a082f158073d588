package io.holdfast.cli.local;

import io.holdfast.devstack.StackAddresses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The holdfast.yaml for the development stack, with its secrets in files of their own beside it. */
public final class GeneratedConfig {
    private final Path folder;
    private final StackAddresses addresses;

    public GeneratedConfig(Path folder, StackAddresses addresses) {
        this.folder = folder;
        this.addresses = addresses;
    }

    /**
     * Writes it: the stack's vault and messages, and the sample database as the source {@code portal}.
     *
     * @param d1 the source {@code portal-d1}, if there is to be one
     * @return the file
     */
    public Path write(SampleDatabase portal, @Nullable SampleD1 d1) throws IOException {
        Path secrets = LocalFolders.secret(folder.resolve("secrets"));
        secret(secrets.resolve("s3-access-key"), addresses.s3().accessKey());
        secret(secrets.resolve("s3-secret-key"), addresses.s3().secretKey());
        secret(secrets.resolve("slack-webhook"), addresses.catcher().http() + "/slack/ops");
        secret(secrets.resolve("portal-backup-password"), portal.readerPassword());
        secret(secrets.resolve("portal-password"), portal.password());
        Path file = folder.resolve("holdfast.yaml");
        return Files.writeString(file, yaml(d1 == null ? "" : source(d1, secrets)));
    }

    private static String source(SampleD1 d1, Path secrets) throws IOException {
        secret(secrets.resolve("d1-token"), d1.readToken());
        secret(secrets.resolve("d1-edit-token"), d1.editToken());
        return """
                %s:
                  engine: d1
                  url: "%s"
                  password: { file: secrets/d1-token } # may only read
                  restore: { password: { file: secrets/d1-edit-token } }
                  d1: { endpoint: "%s", folder: "%s" }
                  verify: { level: proven }
                  approval: none
            """.formatted(SampleD1.SOURCE, d1.url(), d1.endpoint(), d1.restored());
    }

    private String yaml(String more) {
        return """
            # Written by ./holdfast at each start for the servers it runs on this machine.
            # To change it, copy it and name the copy: ./holdfast up --config FILE
            holdfast:
              vault:
                endpoint: "%s"
                region: %s
                path-style: true
                bucket: %s
                access-key: { file: secrets/s3-access-key }
                secret-key: { file: secrets/s3-secret-key }
                key-file: vault.key
              sources:
                portal:
                  engine: postgres
                  url: %s
                  password: { file: secrets/portal-backup-password }
                  restore: { user: %s, password: { file: secrets/portal-password } } # the owner; backups only read
                  verify: { level: proven }
                  approval: none # one person tries it here; the default is required
            %s  channels:
                ops-slack: { type: slack, webhook: { file: secrets/slack-webhook } }
                dba-mail:
                  type: email
                  to: [dba@portal.example]
                  from: holdfast@portal.example
                  smtp: { host: "%s", port: %d, starttls: false }
              notifications:
                notify: [ops-slack, dba-mail]
                group-wait: 2s # of an alert's first message; the default, 30s, gathers more alerts in it
                group-interval: 5s
                # successes too, so that the first backups are seen; the default is trouble and its end
                events: [backup-completed, backup-proven, restore-completed, backup-failed, backup-unproven,
                         verification-failed, verification-inconclusive, restore-failed, restore-rolled-back,
                         alert-raised, alert-resolved, backup-deleted-manually, data-exported,
                         restore-awaiting-approval, maintenance-started, maintenance-ended]
            """.formatted(
                        addresses.s3().endpoint(),
                        addresses.s3().region(),
                        addresses.s3().bucket(),
                        addresses.postgres().uri(SampleDatabase.READER, SampleDatabase.NAME),
                        SampleDatabase.OWNER,
                        more,
                        addresses.catcher().smtpHost(),
                        addresses.catcher().smtpPort());
    }

    private static void secret(Path file, String value) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(file, List.of(value), StandardOpenOption.WRITE);
    }
}
