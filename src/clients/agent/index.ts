export { type AgentListeners, type AgentOptions, type StartedAgent, startAgent } from './agent.js';
