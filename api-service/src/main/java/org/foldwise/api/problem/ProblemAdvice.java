package org.foldwise.api.problem;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.catalina.connector.ClientAbortException;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.foldwise.api.wire.WireNames;
import org.foldwise.learning.imaging.OtherPreprocessingException;
import org.foldwise.registry.DatabaseAway;
import org.foldwise.registry.IllegalTransitionException;
import org.foldwise.registry.RecordTamperedException;
import org.foldwise.registry.artifacts.CorruptArtifactException;
import org.foldwise.registry.artifacts.DamagedFileException;
import org.foldwise.registry.artifacts.MissingArtifactException;
import org.foldwise.registry.dataset.DataWithdrawnException;
import org.foldwise.registry.upload.ImageNamesTakenException;
import org.foldwise.registry.upload.UploadsClosedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.TypeMismatchException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.web.firewall.RequestRejectedException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.MissingRequestHeaderException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.multipart.MultipartException;
import org.springframework.web.multipart.support.MissingServletRequestPartException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/** Maps every exception that leaves a controller, or that Spring throws on the way to one, to a problem. */
@RestControllerAdvice
final class ProblemAdvice extends ResponseEntityExceptionHandler {
    private static final Logger log = LoggerFactory.getLogger(ProblemAdvice.class);
    private static final String RETRY_AFTER_SECONDS = "5";

    private static final String NOTHING_NEW =
            "Nothing new begins on it; freeze a new dataset without them, and split and train on that."
                    + " The old split's assignments tell the roles of everybody else.";

    /** PostgreSQL's state in which triggers refuse what may not be. */
    private static final String RESTRICTED = "23001";

    /** How all triggers put it that let nothing begin on a dataset that is not whole, and register nothing that learned from it. */
    private static final String WITHDRAWN = " was withdrawn";

    /** PostgreSQL's state of a violated unique constraint. */
    private static final String UNIQUE = "23505";

    @ExceptionHandler
    ResponseEntity<Object> refused(RefusedException refusal, WebRequest request) {
        return answer(Problem.of(refusal, requestId(request)), new HttpHeaders());
    }

    @ExceptionHandler
    ResponseEntity<Object> integrity(DataIntegrityViolationException e, WebRequest request) {
        if (isDuplicate(e)) {
            log.info("refused a duplicate", e);
            return answer(ProblemType.ALREADY_EXISTS, "The name is taken.", request);
        }
        if (isWithdrawn(e)) {
            log.info("a withdrawal came first", e);
            return answer(
                    ProblemType.DATA_WITHDRAWN,
                    "The dataset is not whole: a patient was withdrawn from it while this was asked for. "
                            + NOTHING_NEW,
                    request);
        }
        log.warn("the database refused a change", e);
        return answer(ProblemType.CONFLICT, "What was asked for contradicts what is stored.", request);
    }

    @ExceptionHandler
    ResponseEntity<Object> overtaken(OptimisticLockingFailureException e, WebRequest request) {
        log.info("overtaken by another request", e);
        return answer(ProblemType.CONFLICT, "Another request changed the resource at the same time.", request);
    }

    @ExceptionHandler({
        TransientDataAccessException.class,
        DataAccessResourceFailureException.class,
        CannotCreateTransactionException.class
    })
    ResponseEntity<Object> databaseAway(Exception e, WebRequest request) {
        log.warn("the database is not available", e);
        return answer(ProblemType.UNAVAILABLE, "The database is not available.", request);
    }

    @ExceptionHandler
    ResponseEntity<Object> wrongState(IllegalTransitionException e, WebRequest request) {
        log.info("refused: {}", e.getMessage());
        return answer(ProblemType.CONFLICT, e.inWords() + ".", request);
    }

    @ExceptionHandler
    ResponseEntity<Object> withdrawn(DataWithdrawnException e, WebRequest request) {
        log.info("refused: {}", e.getMessage());
        return answer(
                ProblemType.DATA_WITHDRAWN,
                "The dataset is not whole: patients withdrawn from it: " + e.withdrawals() + ". " + NOTHING_NEW,
                request);
    }

    @ExceptionHandler
    ResponseEntity<Object> tampered(RecordTamperedException e, WebRequest request) {
        log.error("a stored record was changed past the platform", e);
        return answer(
                ProblemType.RECORD_DAMAGED,
                e.record() + " was changed past the platform: " + e.reason()
                        + ". Nothing is answered from it or begun on it; " + e.remedy() + ".",
                request);
    }

    @ExceptionHandler
    ResponseEntity<Object> uploadsClosed(UploadsClosedException e, WebRequest request) {
        log.info("refused: {}", e.getMessage());
        return answer(ProblemType.CONFLICT, "Only a draft dataset takes uploads.", request);
    }

    @ExceptionHandler
    ResponseEntity<Object> namesTaken(ImageNamesTakenException e, WebRequest request) {
        List<Mistake> mistakes = e.names().stream()
                .map(name -> new Mistake(Mistake.pointer("", name), "the dataset has an image of that name already"))
                .toList();
        return refused(
                new RefusedException(ProblemType.ALREADY_EXISTS, "Images have names that are taken.", mistakes),
                request);
    }

    @ExceptionHandler({CorruptArtifactException.class, MissingArtifactException.class, DamagedFileException.class})
    ResponseEntity<Object> damaged(Exception e, WebRequest request) {
        log.error("a stored file is damaged", e);
        return answer(
                ProblemType.ARTIFACT_CORRUPT,
                e instanceof DamagedFileException
                        ? "A stored file that is needed for this cannot be used: " + e.getMessage() + "."
                        : "A stored file that is needed for this is missing or damaged.",
                request);
    }

    @ExceptionHandler
    ResponseEntity<Object> otherPreprocessing(OtherPreprocessingException e, WebRequest request) {
        log.info("refused: {}", e.getMessage());
        return answer(
                ProblemType.CONFLICT,
                "The model learnt from images that were decoded or resized by other rules than this Foldwise has: it would see"
                        + " other pixels here. Train it anew, or ask the Foldwise that trained it.",
                request);
    }

    @ExceptionHandler({IOException.class, UncheckedIOException.class})
    ResponseEntity<Object> inputOrOutput(Exception e, WebRequest request) {
        if (isCausedBy(e, CorruptArtifactException.class)) {
            return damaged(e, request);
        }
        if (isCausedBy(e, ClientAbortException.class) || isCausedBy(e, EOFException.class)) {
            log.info("the client went away in the middle of its request");
            return answer(ProblemType.MALFORMED_REQUEST, "The body ended early.", request);
        }
        log.error("reading or writing failed", e);
        return isFullDisk(e)
                ? answer(ProblemType.STORAGE_FULL, "There is no space left to store this.", request)
                : answer(ProblemType.UNAVAILABLE, "The storage is not available.", request);
    }

    @ExceptionHandler
    ResponseEntity<Object> multipart(MultipartException e, WebRequest request) {
        log.debug("unreadable multipart body", e);
        return answer(ProblemType.MALFORMED_REQUEST, "The multipart body cannot be read.", request);
    }

    /** Where operations are told apart by a parameter, all names are looked at before any operation is found. */
    @ExceptionHandler
    ResponseEntity<Object> parameters(RequestRejectedException e, WebRequest request) {
        log.debug("a parameter's name that nothing has", e);
        return answer(
                ProblemType.MALFORMED_REQUEST,
                "The query string cannot be read: names of parameters must not hold control characters.",
                request);
    }

    /** Tomcat decodes parameters when the first one is asked for, and its own exception says what it could not decode. */
    @ExceptionHandler
    ResponseEntity<Object> parameters(InvalidParameterException e, WebRequest request) {
        log.debug("unreadable parameters", e);
        return answer(
                ProblemType.MALFORMED_REQUEST,
                "The query string cannot be read: it must be UTF-8 in percent-encoding, with at most 1000 parameters.",
                request);
    }

    @ExceptionHandler
    ResponseEntity<Object> unexpected(Exception e, WebRequest request) {
        if (DatabaseAway.in(e)) {
            return databaseAway(e, request);
        }
        Optional<RecordTamperedException> tampered = RecordTamperedException.in(e);
        if (tampered.isPresent()) {
            return tampered(tampered.get(), request);
        }
        log.error("unexpected failure", e);
        return answer(ProblemType.INTERNAL, "The failure has been logged under the id in 'instance'.", request);
    }

    /** All exceptions of Spring MVC itself end here. */
    @Override
    protected @Nullable ResponseEntity<Object> handleExceptionInternal(
            Exception e, @Nullable Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        if (status.is5xxServerError()) {
            log.error("unexpected failure", e);
        } else {
            log.debug("refused", e);
        }
        return answer(Problem.of(refusal(e, status), requestId(request)), headers);
    }

    private static RefusedException refusal(Exception e, HttpStatusCode status) {
        if (e instanceof TypeMismatchException mismatch) {
            return mismatch(mismatch);
        }
        if (e instanceof MissingServletRequestParameterException missing) {
            return RefusedException.invalid("/" + missing.getParameterName(), "this parameter is missing");
        }
        if (e instanceof MissingServletRequestPartException missing) {
            return RefusedException.invalid("/" + missing.getRequestPartName(), "this part is missing");
        }
        if (e instanceof MissingRequestHeaderException missing) {
            return RefusedException.invalid("/" + missing.getHeaderName(), "this header is missing");
        }
        if (e instanceof HandlerMethodValidationException invalid) {
            return RefusedException.invalid(mistakes(invalid));
        }
        if (e instanceof HttpRequestMethodNotSupportedException) {
            return new RefusedException(ProblemType.METHOD_NOT_ALLOWED, "See the Allow header for the methods it has.");
        }
        if (e instanceof HttpMediaTypeNotSupportedException) {
            return new RefusedException(
                    ProblemType.UNSUPPORTED_MEDIA_TYPE, "See the Accept header for the media types it takes.");
        }
        if (e instanceof HttpMediaTypeNotAcceptableException) {
            return new RefusedException(
                    ProblemType.NOT_ACCEPTABLE, "None of the media types of the request's Accept header is offered.");
        }
        return ofStatus(status);
    }

    /** What can be said when nothing but the status is known. */
    static RefusedException ofStatus(HttpStatusCode status) {
        return switch (status.value()) {
            case 401 -> new RefusedException(ProblemType.UNAUTHENTICATED, "The request carries no valid API key.");
            case 403 -> new RefusedException(ProblemType.FORBIDDEN, "The API key's role does not allow this.");
            case 404 -> RefusedException.notFound();
            case 405 -> new RefusedException(ProblemType.METHOD_NOT_ALLOWED, "The resource does not have this method.");
            case 406 -> new RefusedException(ProblemType.NOT_ACCEPTABLE, "The media type is not offered.");
            case 413 -> new RefusedException(ProblemType.TOO_LARGE, "The body is larger than what is accepted here.");
            case 415 -> new RefusedException(ProblemType.UNSUPPORTED_MEDIA_TYPE, "The media type is not understood.");
            case 503 -> new RefusedException(ProblemType.UNAVAILABLE, "Try again later.");
            default ->
                status.is4xxClientError()
                        ? new RefusedException(ProblemType.MALFORMED_REQUEST, "The request cannot be read.")
                        : new RefusedException(
                                ProblemType.INTERNAL, "The failure has been logged under the id in 'instance'.");
        };
    }

    private static boolean isDuplicate(Throwable thrown) {
        return causes(thrown).anyMatch(cause -> cause instanceof SQLException sql && UNIQUE.equals(sql.getSQLState()));
    }

    /** Whether a withdrawal ended between the question whether the dataset is whole and what was to begin on it. */
    private static boolean isWithdrawn(Throwable thrown) {
        return causes(thrown)
                .anyMatch(cause -> cause instanceof SQLException sql
                        && RESTRICTED.equals(sql.getSQLState())
                        && String.valueOf(sql.getMessage()).contains(WITHDRAWN));
    }

    private static boolean isCausedBy(Throwable thrown, Class<? extends Throwable> type) {
        return causes(thrown).anyMatch(type::isInstance);
    }

    /** Java has no type of exception for a full disk, only the operating system's words. */
    private static boolean isFullDisk(Throwable thrown) {
        return causes(thrown)
                .map(cause -> String.valueOf(cause.getMessage()))
                .anyMatch(message ->
                        message.contains("No space left on device") || message.contains("Disk quota exceeded"));
    }

    private static Stream<Throwable> causes(Throwable thrown) {
        return Stream.iterate(thrown, Objects::nonNull, Throwable::getCause);
    }

    private static RefusedException mismatch(TypeMismatchException mismatch) {
        String name = mismatch instanceof MethodArgumentTypeMismatchException argument
                ? argument.getName()
                : String.valueOf(mismatch.getPropertyName());
        if (mismatch instanceof MethodArgumentTypeMismatchException argument
                && argument.getParameter().hasParameterAnnotation(PathVariable.class)) {
            return RefusedException.notFound();
        }
        Class<?> wanted = mismatch.getRequiredType();
        String detail = wanted != null && wanted.isEnum()
                ? "must be one of " + String.join(", ", WireNames.of(wanted))
                : "has the wrong type" + (wanted == null ? "" : ", must be of type " + WireNames.type(wanted));
        return RefusedException.invalid("/" + name, detail);
    }

    private static List<Mistake> mistakes(HandlerMethodValidationException invalid) {
        return invalid.getParameterValidationResults().stream()
                .flatMap(result -> result.getResolvableErrors().stream()
                        .map(error -> new Mistake(
                                "/" + result.getMethodParameter().getParameterName(),
                                String.valueOf(error.getDefaultMessage()))))
                .toList();
    }

    private static ResponseEntity<Object> answer(ProblemType type, String detail, WebRequest request) {
        return answer(Problem.of(type, detail, requestId(request)), new HttpHeaders());
    }

    private static ResponseEntity<Object> answer(Problem problem, HttpHeaders given) {
        HttpHeaders headers = new HttpHeaders();
        headers.putAll(given);
        headers.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        headers.setCacheControl("no-store");
        if (problem.status() == 503) {
            headers.set(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        return ResponseEntity.status(problem.status()).headers(headers).body(problem);
    }

    private static String requestId(WebRequest request) {
        return request instanceof ServletWebRequest servlet ? RequestIdFilter.of(servlet.getRequest()) : "unknown";
    }
}
