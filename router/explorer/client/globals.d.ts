declare module '*.css';

interface Window {
  MonacoEnvironment?: { getWorker: (id: string, label: string) => Worker };
}
