package org.foldwise.api.problem;

import java.util.Locale;

/** Every kind of problem that the API answers with. Codes are part of the contract and never change their meaning. */
public enum ProblemType {
    MALFORMED_REQUEST(400, "The request cannot be read", Fault.CALLER),
    MALFORMED_JSON(400, "The body is not well-formed JSON", Fault.CALLER),
    UNAUTHENTICATED(401, "A valid API key is needed", Fault.CALLER),
    FORBIDDEN(403, "The API key's role does not allow this", Fault.CALLER),
    NOT_FOUND(404, "There is no such resource", Fault.CALLER),
    METHOD_NOT_ALLOWED(405, "The resource does not have this method", Fault.CALLER),
    NOT_ACCEPTABLE(406, "The resource has no representation of that media type", Fault.CALLER),
    CONFLICT(409, "The state of the resource does not allow this", Fault.CALLER),
    ALREADY_EXISTS(409, "There is one of that name already", Fault.CALLER),
    REQUEST_IN_PROGRESS(409, "A request with this idempotency key is in progress", Fault.CALLER),
    DATA_WITHDRAWN(409, "A patient's data were withdrawn from what this needs", Fault.CALLER),
    RECORD_DAMAGED(409, "A stored record is not as it was made", Fault.CALLER),
    FINDINGS_NOT_WAIVED(409, "Blocking findings of the dataset are not waived", Fault.CALLER),
    THRESHOLD_NOT_FROZEN(409, "The run has no frozen threshold", Fault.CALLER),
    THRESHOLD_ALREADY_FROZEN(409, "The run's threshold is frozen already", Fault.CALLER),
    SHARED_PATIENTS(409, "Patients of the training data occur in the other dataset", Fault.CALLER),
    LOCKED_IMAGES(409, "Locked test images of the training data occur in the other dataset", Fault.CALLER),
    STALE_VERSION(412, "The resource has changed since it was read", Fault.CALLER),
    TOO_LARGE(413, "The body is too large", Fault.CALLER),
    UNSUPPORTED_MEDIA_TYPE(415, "The body's media type is not understood here", Fault.CALLER),
    INVALID_REQUEST(422, "The request has mistakes", Fault.CALLER),
    DIGEST_MISMATCH(422, "The body does not have the digest that its header claims", Fault.CALLER),
    ARCHIVE_REFUSED(422, "The archive is refused as a whole", Fault.CALLER),
    SOURCE_REFUSED(422, "Files of the source are refused", Fault.CALLER),
    IMAGE_REFUSED(422, "The image is refused", Fault.CALLER),
    MANIFEST_REFUSED(422, "The manifest is refused", Fault.CALLER),
    WEIGHTS_REFUSED(422, "The file of weights is refused", Fault.CALLER),
    DATASET_REFUSED(422, "The dataset cannot be frozen as it is", Fault.CALLER),
    SPLIT_REFUSED(422, "The dataset cannot be split that way", Fault.CALLER),
    FINDINGS_BLOCK(422, "Findings block the experiment", Fault.CALLER),
    IDEMPOTENCY_KEY_REUSED(422, "The idempotency key belongs to another request", Fault.CALLER),
    PRECONDITION_REQUIRED(428, "The request needs an If-Match header", Fault.CALLER),
    INTERNAL(500, "Something went wrong on our side", Fault.OURS),
    ARTIFACT_CORRUPT(503, "A stored file is damaged", Fault.WORLD),
    UNAVAILABLE(503, "The service is not available at the moment", Fault.WORLD),
    SOURCE_UNAVAILABLE(503, "The source cannot be read at the moment", Fault.WORLD),
    STORAGE_FULL(507, "There is no space left to store this", Fault.WORLD);

    /** Whose fault a problem is, and so what is to be done about it. */
    public enum Fault {
        /** The request has to change. */
        CALLER,
        /** The same request may succeed later. */
        WORLD,
        /** A defect to be reported. */
        OURS
    }

    private static final String NAMESPACE = "urn:foldwise:problem:";

    private final int status;
    private final String title;
    private final Fault fault;

    ProblemType(int status, String title, Fault fault) {
        this.status = status;
        this.title = title;
        this.fault = fault;
    }

    /** The last part of the problem's URN, such as {@code already-exists}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The problem's {@code type}, such as {@code urn:foldwise:problem:already-exists}. */
    public String urn() {
        return NAMESPACE + code();
    }

    /** The HTTP status of the answer. */
    public int status() {
        return status;
    }

    /** A sentence that is the same for every occurrence. */
    public String title() {
        return title;
    }

    public Fault fault() {
        return fault;
    }
}
