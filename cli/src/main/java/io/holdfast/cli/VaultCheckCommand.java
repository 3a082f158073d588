package io.holdfast.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.cli.local.OfflineVault;
import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.rest.ServiceJson;
import io.holdfast.cli.terminal.HumanFormat;
import io.holdfast.cli.terminal.ProgressLine;
import io.holdfast.config.HoldfastConfig;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.vault.Vault;
import io.holdfast.vault.check.ReadShare;
import io.holdfast.vault.check.VaultReport;
import io.holdfast.vault.check.VaultReport.Affected;
import io.holdfast.vault.check.VaultReport.Problem;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "check",
        description = {
            "Checks everything in the vault: opens every manifest, tombstone, hold and proof, and looks for every chunk;"
                    + " with --read-data reads chunks, too, and computes their names again."
        },
        footer = {
            "",
            "Finds what is missing, truncated, flipped, swapped, foreign or forged, and names the backups and tables that"
                    + " are lost by it. Corrupt chunks are quarantined: the next backup writes them again.",
            "Exits with 1 if something is wrong. Proves less than a verification, which restores.",
            "",
            "Examples:",
            "  ./holdfast vault check",
            "  ./holdfast vault check --read-data 5%%",
            "  ./holdfast vault check --read-data all --json"
        })
final class VaultCheckCommand extends OfflineCommand {
    @Option(
            names = "--read-data",
            paramLabel = "SHARE",
            defaultValue = "none",
            description =
                    "Chunks to check, chosen at random each time: none, all, or a percentage such as 5%%. Default: none.")
    private String readData = "none";

    @Override
    void work(HoldfastConfig config) {
        ReadShare share = share();
        try (OfflineVault offline = open(config)) {
            Vault vault = offline.vault();
            VaultReport report = look(vault, share);
            List<String> lacks = lacks(vault);
            lacks.forEach(output()::note);
            judge(vault, report, lacks);
        }
    }

    private VaultReport look(Vault vault, ReadShare share) {
        try (ProgressLine line = output().progress("vault check")) {
            line.show("listing", 0, null, "");
            return vault.checkAll(
                    share, (done, total) -> line.show("reading chunks", done, total, HumanFormat.bytes(done)));
        }
    }

    /** By writing: who may only read still learns what was found. */
    private static List<String> lacks(Vault vault) {
        try {
            return vault.lacks();
        } catch (HoldfastException holdfastException) {
            return List.of(
                    "what the bucket does not guarantee could not be tried out: " + holdfastException.getMessage());
        }
    }

    private ReadShare share() {
        try {
            return ReadShare.parse(readData);
        } catch (IllegalArgumentException e) {
            throw CommandException.usage("--read-data: " + e.getMessage());
        }
    }

    private void judge(Vault vault, VaultReport report, List<String> lacks) {
        ObjectNode document = ServiceJson.tree(report).deepCopy();
        document.put("intact", report.intact()).put("at", vault.describe());
        document.set("lacks", ServiceJson.tree(lacks));
        report.problems().forEach(this::say);
        output().say(report.backups() + " backups of " + report.sources() + " sources, "
                + HumanFormat.count(report.chunks()) + " chunks, " + HumanFormat.bytes(report.storedBytes()) + "; "
                + HumanFormat.count(report.chunksRead()) + " chunks read");
        if (report.unreferenced() > 0) {
            output().say(HumanFormat.count(report.unreferenced()) + " chunks, "
                    + HumanFormat.bytes(report.unreferencedBytes())
                    + ", are of no backup that is listed: of deleted, running or dead ones, until they are swept");
        }
        if (!report.intact()) {
            int count = report.problems().size();
            throw CommandException.failed(
                    "vault " + vault.describe() + " has " + count + (count == 1 ? " problem" : " problems"), document);
        }
        output().document(document);
        output().say("vault " + vault.id() + " at " + vault.describe() + " is intact");
    }

    private void say(Problem problem) {
        output().say(problem.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ') + ": " + problem.message());
        for (Affected affected : problem.affected()) {
            String objects = affected.objects().isEmpty() ? "all of it" : String.join(", ", affected.objects());
            output().say("  backup " + affected.backup() + ": " + objects);
        }
    }
}
