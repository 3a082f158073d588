package io.holdfast.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.rest.ServiceJson;
import io.holdfast.cli.terminal.HumanFormat;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.drill.DrillReport;
import io.holdfast.drill.evidence.EvidenceKeys;
import io.holdfast.drill.evidence.EvidenceResult;
import io.holdfast.drill.evidence.EvidenceVerifier;
import io.holdfast.vault.crypto.EvidenceKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.PublicKey;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "evidence",
        description = "Verifies the signed evidence of drills, without any service.",
        subcommands = {EvidenceCommand.Verify.class, EvidenceCommand.Key.class},
        footer = {
            "",
            "Examples:",
            "  ./holdfast evidence key",
            "  ./holdfast evidence verify drill-evidence.zip --key evidence.pem"
        })
final class EvidenceCommand extends BaseCommand {
    @Override
    void run() {
        throw CommandException.usage("evidence needs a command: verify or key");
    }

    @Command(
            name = "verify",
            description = {
                "Verifies the evidence of a drill: every byte of the file is as it was written, and the vault's key"
                        + " signed it. Needs no network, no vault and no configuration."
            },
            footer = {
                "",
                "Exits with 1 if the file was changed or another key signed it, and names each changed part.",
                "",
                "Examples:",
                "  ./holdfast evidence verify drill-evidence.zip --key evidence.pem",
                "  ./holdfast evidence verify drill-evidence.zip --key evidence.pem --json"
            })
    static final class Verify extends BaseCommand {
        @Parameters(paramLabel = "FILE", description = "The evidence, a ZIP file.")
        private Path file;

        @Option(
                names = "--key",
                paramLabel = "PUB",
                required = true,
                description =
                        "The public key as PEM, as ./holdfast evidence key prints it. Get it from the vault's owner,"
                                + " not with the file.")
        private Path keyFile;

        @Override
        void run() {
            EvidenceResult result = verify(key());
            ObjectNode document =
                    ServiceJson.object().put("valid", result.valid()).put("keyId", result.keyId());
            document.set("findings", ServiceJson.tree(result.findings()));
            DrillReport report = result.report();
            if (report == null) {
                result.findings().forEach(finding -> output().say(finding.fault() + ": " + finding.message()));
                throw CommandException.failed(
                        file + " is not valid evidence: "
                                + result.findings().getFirst().message(),
                        document);
            }
            document.put("drillId", report.drillId())
                    .put("source", report.source())
                    .put("completedAt", report.completedAt().toString())
                    .put("passed", report.passed());
            output().document(document);
            output().say(file + " is unchanged and signed with key " + result.keyId());
            output().say("drill " + report.drillId() + " of source "
                    + report.source().replaceAll("\\p{Cntrl}", " ") + ", " + HumanFormat.instant(report.completedAt())
                    + ": " + (report.passed() ? "passed" : "failed"));
        }

        private EvidenceResult verify(PublicKey key) {
            try {
                return EvidenceVerifier.verify(file, key);
            } catch (IOException e) {
                throw unreadable(file, e);
            }
        }

        private PublicKey key() {
            try {
                return EvidenceKeys.parse(Files.readString(keyFile));
            } catch (IOException e) {
                throw unreadable(keyFile, e);
            } catch (IllegalArgumentException e) {
                throw CommandException.failed(keyFile + ": " + e.getMessage(), e);
            }
        }

        private static CommandException unreadable(Path file, IOException e) {
            return CommandException.failed(
                    file + " cannot be read: " + (e instanceof NoSuchFileException ? "there is no such file" : e), e);
        }
    }

    @Command(
            name = "key",
            description = {
                "Prints the public key that verifies the evidence of drills, derived from the vault's key file. Does"
                        + " not open the vault."
            },
            footer = {
                "",
                "Another key file gives another key: keep the printed key as long as the evidence that it verifies.",
                "",
                "Examples:",
                "  ./holdfast evidence key",
                "  ./holdfast evidence key --config deploy/holdfast.yaml --json"
            })
    static final class Key extends OfflineCommand {
        @Override
        void work(HoldfastConfig config) {
            PublicKey key = EvidenceKey.derive(config.vault().keyFile()).getPublic();
            String pem = EvidenceKeys.pem(key);
            output().document(ServiceJson.object()
                    .put("keyId", EvidenceKeys.id(key))
                    .put("publicKey", pem));
            output().say(pem.stripTrailing());
        }
    }
}
