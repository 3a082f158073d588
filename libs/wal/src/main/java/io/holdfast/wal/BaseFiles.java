package io.holdfast.wal;

import io.holdfast.contracts.FailureCode;
import io.holdfast.contracts.FailureReason;
import io.holdfast.contracts.HoldfastException;
import io.holdfast.contracts.SourceId;
import io.holdfast.vault.file.SealedFiles;
import io.holdfast.wal.pieces.Piece;
import io.holdfast.wal.pieces.PieceLists;
import io.holdfast.wal.pieces.PieceReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** The stored base backups of one server. Failures to read one are WAL_MISSING and name it. */
final class BaseFiles {
    private final SealedFiles files;
    private final SourceId source;

    /** @param files of the server */
    BaseFiles(SealedFiles files, SourceId source) {
        this.files = files;
        this.source = source;
    }

    BaseDocuments documents() {
        return new BaseDocuments(files);
    }

    /** Of pieces and lists. */
    SealedFiles folder() {
        return files.folder(BaseDocuments.PIECES);
    }

    /** In the order of the archive. */
    List<Piece> pieces(BaseBackup base) {
        return pieces(base.id(), base.parts(), base.pieces());
    }

    private List<Piece> pieces(String id, int parts, BaseBackup.Pieces pieces) {
        if (pieces.lists() == 0) {
            return IntStream.range(0, parts)
                    .mapToObj(number -> Piece.ofWhole(id, number))
                    .toList();
        }
        List<Piece> listed = new PieceLists(folder()).read(id, pieces.lists());
        if (listed.size() != parts) {
            throw unusable(id, new IOException("its lists name " + listed.size() + " of " + parts + " pieces"));
        }
        return listed;
    }

    /** Compares without writing anything. */
    BaseUnpacker.Unpacked verify(String id, int parts, BaseBackup.Pieces pieces) {
        return read(id, pieces(id, parts, pieces), pieces, new BaseUnpacker(null));
    }

    BaseUnpacker.Unpacked unpack(BaseBackup base, Path directory) {
        return read(base.id(), pieces(base), base.pieces(), new BaseUnpacker(directory));
    }

    private BaseUnpacker.Unpacked read(String id, List<Piece> pieces, BaseBackup.Pieces stored, BaseUnpacker unpacker) {
        List<BaseBackup.Archive> all =
                stored.archives().isEmpty() ? List.of(new BaseBackup.Archive(null, pieces.size())) : stored.archives();
        SealedFiles folder = stored.lists() == 0 ? files.folder(BaseDocuments.FOLDER) : folder();
        int from = 0;
        try {
            for (BaseBackup.Archive archive : all) {
                List<Piece> own = pieces.subList(from, from + archive.parts());
                try (PieceReader tar = new PieceReader(folder, id, own)) {
                    unpacker.read(tar, archive.tablespace());
                }
                from += archive.parts();
            }
            return unpacker.compared();
        } catch (IOException e) {
            throw unusable(id, e);
        }
    }

    private HoldfastException unusable(String id, IOException e) {
        return new HoldfastException(
                FailureReason.of(
                        FailureCode.WAL_MISSING,
                        "base backup " + id + " of source " + source + " is not usable: " + e.getMessage()
                                + "; use another base backup, or take a new one",
                        id),
                e);
    }
}
