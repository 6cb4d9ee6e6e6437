package org.foldwise.api.upload;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import org.foldwise.api.upload.Scratch.ScratchFile;
import org.springframework.http.MediaType;

/** The archives that are understood. */
enum ArchiveFormat {
    ZIP(ArchiveFormat.ZIP_MEDIA_TYPE, "archive.zip") {
        @Override
        void read(ScratchFile file, ArchiveWalk walk, EntryVisitor visitor) throws IOException {
            try (FileChannel channel = file.open()) {
                ZipReader.read(channel, walk, visitor);
            }
        }
    },
    TAR_GZIP(ArchiveFormat.GZIP_MEDIA_TYPE, "archive.tar.gz") {
        @Override
        void read(ScratchFile file, ArchiveWalk walk, EntryVisitor visitor) throws IOException {
            try (InputStream bytes = Channels.newInputStream(file.open())) {
                TarGzipReader.read(bytes, walk, visitor);
            }
        }
    };

    static final String ZIP_MEDIA_TYPE = "application/zip";
    static final String GZIP_MEDIA_TYPE = "application/gzip";

    private final String mediaType;
    private final String fileName;

    ArchiveFormat(String mediaType, String fileName) {
        this.mediaType = mediaType;
        this.fileName = fileName;
    }

    /** The format of a body whose media type the route has let through. */
    static ArchiveFormat of(MediaType mediaType) {
        return mediaType.equalsTypeAndSubtype(MediaType.valueOf(ZIP_MEDIA_TYPE)) ? ZIP : TAR_GZIP;
    }

    String mediaType() {
        return mediaType;
    }

    /** What an upload of this format is called; clients' own file names may say too much. */
    String fileName() {
        return fileName;
    }

    /** Shows every acceptable file to the visitor and reports every other entry. */
    abstract void read(ScratchFile file, ArchiveWalk walk, EntryVisitor visitor) throws IOException;
}
