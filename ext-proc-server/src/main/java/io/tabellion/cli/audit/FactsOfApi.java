package io.tabellion.cli.audit;

import io.tabellion.audit.Fact;
import io.tabellion.audit.v1.Facts;
import java.util.List;

/*
 * Field by field: reading them by their descriptors would load two hundred classes of protobuf,
 * which is most of what a short verb costs.
 */
/** Translates facts as the API has them. */
final class FactsOfApi {
  private FactsOfApi() {}

  static io.tabellion.audit.Facts read(Facts facts) {
    io.tabellion.audit.Facts.Builder builder = io.tabellion.audit.Facts.builder();
    for (Fact fact : Fact.values()) {
      put(builder, fact, value(facts, fact));
    }
    return builder.build();
  }

  /** What the API leaves empty, the entry does not have. */
  private static void put(io.tabellion.audit.Facts.Builder builder, Fact fact, Object value) {
    if (value instanceof String text && !text.isEmpty()) {
      builder.put(fact, text);
    } else if (value instanceof Long number && number != 0) {
      builder.put(fact, number);
    } else if (value instanceof List<?> list && !list.isEmpty()) {
      builder.put(fact, texts(list));
    }
  }

  @SuppressWarnings("unchecked") // a repeated field of strings
  private static List<String> texts(List<?> list) {
    return (List<String>) list;
  }

  private static Object value(Facts facts, Fact fact) {
    return switch (fact) {
      case INTENT -> facts.getIntent();
      case EXCHANGE -> facts.getExchange();
      case REQUEST_ID -> facts.getRequestId();
      case CONVERSATION -> facts.getConversation();
      case OWNER -> facts.getOwner();
      case SESSION -> facts.getSession();
      case PEER -> facts.getPeer();
      case LISTENER -> facts.getListener();
      case SUBJECT -> facts.getSubject();
      case ISSUER -> facts.getIssuer();
      case ACTORS -> facts.getActorsList();
      case CLIENT_ID -> facts.getClientId();
      case GROUPS -> facts.getGroupsList();
      case SCOPES -> facts.getScopesList();
      case WORKLOAD -> facts.getWorkload();
      case SOURCE -> facts.getSource();
      case IDENTITY -> facts.getIdentity();
      case CLAIMED_CLIENT -> facts.getClaimedClient();
      case CLAIMED_USER_AGENT -> facts.getClaimedUserAgent();
      case CLAIMED_TRACE -> facts.getClaimedTrace();
      case SERVER -> facts.getServer();
      case ERA -> facts.getEra();
      case REVISION -> facts.getRevision();
      case DIRECTION -> facts.getDirection();
      case HTTP_METHOD -> facts.getHttpMethod();
      case HTTP_STATUS -> facts.getHttpStatus();
      case MESSAGE -> facts.getMessage();
      case METHOD -> facts.getMethod();
      case RPC_ID -> facts.getRpcId();
      case TOOL -> facts.getTool();
      case TASK -> facts.getTask();
      case PROMPT -> facts.getPrompt();
      case RESOURCE -> facts.getResource();
      case DECISION -> facts.getDecision();
      case RULES -> facts.getRulesList();
      case SHADOW -> facts.getShadowList();
      case CANDIDATE -> facts.getCandidateList();
      case RULE_ERRORS -> facts.getRuleErrorsList();
      case POLICY -> facts.getPolicy();
      case POLICY_FILES -> facts.getPolicyFilesList();
      case POLICY_AUTHOR -> facts.getPolicyAuthor();
      case POLICY_APPROVED_BY -> facts.getPolicyApprovedBy();
      case POLICY_CHANGE -> facts.getPolicyChange();
      case DEFINITION -> facts.getDefinition();
      case PARTS -> facts.getPartsList();
      case REPLACED -> facts.getReplacedList();
      case PINNED_FOR -> facts.getPinnedFor();
      case TOOL_DIGEST -> facts.getToolDigestList();
      case SCHEMA -> facts.getSchema();
      case ARGUMENTS -> facts.getArgumentsList();
      case SUSPICIONS -> facts.getSuspicionsList();
      case CHANGES -> facts.getChangesList();
      case APPROVAL -> facts.getApproval();
      case APPROVAL_BEFORE -> facts.getApprovalBefore();
      case APPROVAL_UNTIL -> facts.getApprovalUntil();
      case APPROVAL_BINDING -> facts.getApprovalBinding();
      case APPROVAL_DIGEST -> facts.getApprovalDigest();
      case REVIEW_BY -> facts.getReviewBy();
      case GRANT -> facts.getGrant();
      case SEEN_AT -> facts.getSeenAtList();
      case APPROVER -> facts.getApprover();
      case APPROVER_ISSUER -> facts.getApproverIssuer();
      case APPROVER_NAMES -> facts.getApproverNamesList();
      case APPROVER_GROUPS -> facts.getApproverGroupsList();
      case CHANNEL -> facts.getChannel();
      case STOP -> facts.getStop();
      case STOPPED -> facts.getStoppedList();
      case UNTIL -> facts.getUntil();
      case STOP_REASON -> facts.getStopReason();
      case REASON -> facts.getReason();
      case OUTCOME -> facts.getOutcome();
      case EXECUTED -> facts.getExecuted();
      case HIDDEN -> facts.getHiddenList();
      case ERROR_CODE -> facts.getErrorCode();
      case BYTES -> facts.getBytes();
      case BODY_DIGEST -> facts.getBodyDigest();
      case SENT_DIGEST -> facts.getSentDigest();
      case MEDIA_TYPE -> facts.getMediaType();
      case EVENT -> facts.getEvent();
      case EVENT_ID -> facts.getEventId();
      case MASKED -> facts.getMaskedList();
      case SHADOW_MASKED -> facts.getShadowMaskedList();
      case REPAIRED -> facts.getRepairedList();
      case LEFT_OUT -> facts.getLeftOutList();
      case COMMITMENT_SALT -> facts.getCommitmentSalt();
      case COMMITMENTS -> facts.getCommitmentsList();
      case COMMITMENT_ROOT -> facts.getCommitmentRoot();
      case ELAPSED_MS -> facts.getElapsedMs();
      case COUNTERS -> facts.getCountersList();
      case READER -> facts.getReader();
      case QUERY -> facts.getQuery();
      case ENTRIES -> facts.getEntriesList();
      case VERSION -> facts.getVersion();
      case DETAIL -> facts.getDetail();
    };
  }
}
