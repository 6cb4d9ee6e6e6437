package org.foldwise.standalone.architecture.planted.api.upload;

import software.amazon.awssdk.services.s3.S3Client;

/** Breaks R17. */
interface KnowsAnObjectStore {
    S3Client client();
}
